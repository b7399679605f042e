// SPDX-License-Identifier: Apache-2.0
// SMP server: one request packet in, at most one response packet out.
//
// Knows the header, both versions' errors, and which row owns a command. Knows nothing of
// flash, links, time or reset: groups and programs do.
// Source: doc/reference/smp.md sections 1 to 3, and 12 for where to do better.
#ifndef TN_SMP_SERVER_H
#define TN_SMP_SERVER_H

#include "base/cbor.h"
#include "base/compiler.h"
#include "smp/packet.h"

// Who asks: what a group may want to know of the link that a packet came over.
struct tn_smp_peer {
    uint8_t link;       // number of the link, for sessions
    uint8_t buf_count;  // packets that the link can hold
    uint16_t buf_size;  // bytes of the largest packet that it takes
    uint32_t now_ms;    // the time, for sessions (serve/session.h)
};

// The command being answered.
struct tn_smp_req {
    struct tn_cbor_in in;    // the request's map; empty when asked for a late answer
    struct tn_cbor_out out;  // the response, its map already open
    const struct tn_smp_peer *peer;
    uint8_t id;  // of the command
};

// Answers one command. Returns 0; TN_LATER: the answer is not ready, call the group's late; or a
// negative tn_err: the server then drops what was written to out and answers with its code.
// Nothing that the request holds may be kept for a late answer.
typedef int tn_smp_handler(void *ctx, struct tn_smp_req *rq);

struct tn_smp_cmd {
    uint8_t id;
    tn_smp_handler *read;   // NULL: not supported
    tn_smp_handler *write;  // NULL: not supported
};

// How an error of this core is said in a group's own code, and in version 1, whose codes are the
// same for all groups.
struct tn_smp_err {
    int8_t err;    // enum tn_err
    uint8_t code;  // the group's code, 0 to 63, | TN_SMP_V1_*
};

enum {
    TN_SMP_V1_UNKNOWN = 0 << 6,
    TN_SMP_V1_INVALID = 1 << 6,
    TN_SMP_V1_NOENT = 2 << 6,
    TN_SMP_V1_BADSTATE = 3 << 6,
};

// Const tables and their handlers' state: the caller's, outlive the server.
struct tn_smp_group {
    uint16_t id;
    uint8_t ncmds;
    uint8_t nerrs;
    const struct tn_smp_cmd *cmds;
    const struct tn_smp_err *errs;
    const char *(*words)(int err);  // an error in words, or NULL; NULL: none has any
    tn_smp_handler *late;  // does a piece of the work and then answers; NULL if never TN_LATER
    void *ctx;
};

// A row for a table of groups, of arrays whose lengths the compiler knows.
#define TN_SMP_GROUP(id, cmds, errs, words, late, ctx)                                             \
    { id, TN_LEN(cmds), TN_LEN(errs), cmds, errs, words, late, ctx }

// Set what stands before "private", the rest to 0. One answer at a time, in a buffer that the
// caller gives: it holds the last response until the next call.
struct tn_smp_server {
    const struct tn_smp_group *groups;
    size_t ngroups;
    uint8_t *rsp;
    size_t rsp_size;  // TN_SMP_RSP_MIN at least
    // tn_smp_words: errors are told in words too, in version 1 and where a request asks for them.
    // NULL: in codes only. Called with err 0 for each request, and for each error of a group's own.
    void (*words)(struct tn_smp_server *s, int err);
    // private: the command whose answer is due
    uint8_t version;
    bool wants_words;
    const struct tn_smp_group *group;
    const struct tn_smp_cmd *cmd;
    size_t used;  // of the packet
    struct tn_smp_req rq;
};

// The server that a request came to. Every request is a server's.
static inline const struct tn_smp_server *tn_smp_server_of(const struct tn_smp_req *rq) {
    return (const struct tn_smp_server *)(const void *)((const char *)rq -
            offsetof(struct tn_smp_server, rq));
}

// The version of the wire that a request came in: 0 is SMP version 1.
static inline uint8_t tn_smp_version(const struct tn_smp_req *rq) {
    return tn_smp_server_of(rq)->version;
}

void tn_smp_words(struct tn_smp_server *s, int err);

enum {
    TN_SMP_RSP_MIN = TN_SMP_HDR_LEN + 48,  // an error with the longest words
};

// Answers the first request of a packet that came from peer, which must live until the answer.
// Never blocks, keeps no pointer into req. A request that comes while another one's answer is
// due takes its place.
//
// Returns the length of the response; 0 if there is none (no request, or a response) or not yet
// (tn_smp_server_busy).
size_t tn_smp_serve(struct tn_smp_server *s, const struct tn_smp_peer *peer, const uint8_t *req,
        size_t req_len);

// Bytes of the packet that the request took: more requests may follow behind them.
static inline size_t tn_smp_server_used(const struct tn_smp_server *s) {
    return s->used;
}

// Is an answer due?
static inline bool tn_smp_server_busy(const struct tn_smp_server *s) {
    return s->cmd != NULL;
}

// Does a piece of the work whose answer is due. Returns as tn_smp_serve.
size_t tn_smp_resume(struct tn_smp_server *s);

#endif

// SPDX-License-Identifier: Apache-2.0
// SMP server: one request packet in, at most one response packet out.
//
// Knows the header, the error formats of both versions, and which row handles a command. Knows
// nothing of flash, links, time or reset: groups and programs do.
// Source: doc/reference/smp.md sections 1 to 3, and 12 for where to do better.
#ifndef TN_SMP_SERVER_H
#define TN_SMP_SERVER_H

#include "base/cbor.h"
#include "base/compiler.h"
#include "smp/packet.h"

TN_C_BEGIN

// The link that a packet came over, as far as a group needs to know it.
struct tn_smp_peer {
    uint8_t link;       // number of the link, for sessions
    uint8_t buf_count;  // packets that the link can hold
    uint16_t buf_size;  // bytes of the largest packet that it takes
    uint32_t now_ms;    // the time, for sessions (serve/session.h)
    uint32_t sender;    // of several clients on the link (channel/stream.h); else 0
    uint8_t rights;     // TN_RIGHT_*: what the link may ask for besides its table of commands
};

enum {
    // A reset into the loader in the chip's ROM, which checks no signature (boot/request.h,
    // TN_RUN_ROM).
    TN_RIGHT_ROM = 1 << 0,
};

// The command that is being answered.
struct tn_smp_req {
    struct tn_cbor_in in;    // the request's map; empty when the group's late is called
    struct tn_cbor_out out;  // the response; its map is already open
    const struct tn_smp_peer *peer;
    uint32_t id;  // of the command
};

// Answers one command. Returns 0; TN_LATER if the answer is not ready and the server is to call the
// group's late; or a negative tn_err. For an error, the server drops what was written to out and
// answers with the error's code. A handler keeps no pointer into the request for a late answer.
typedef int tn_smp_handler(void *ctx, struct tn_smp_req *rq);

struct tn_smp_cmd {
    uint8_t id;
    tn_smp_handler *read;   // NULL: not supported
    tn_smp_handler *write;  // NULL: not supported
};

// Maps an error of this core to the group's own code, and to a code of version 1, which are the
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

// Const tables and the state of their handlers. Owned by the caller; outlive the server.
struct tn_smp_group {
    uint16_t id;
    uint8_t ncmds;
    uint8_t nerrs;
    const struct tn_smp_cmd *cmds;
    const struct tn_smp_err *errs;
    const char *(*words)(int err);  // the text of an error, or NULL; a NULL function: no texts
    tn_smp_handler *late;  // does one step of the work, then answers; NULL if no handler returns
                           // TN_LATER
    void *ctx;
};

// A row for a table of groups; the lengths of the arrays are taken from their types.
#define TN_SMP_GROUP(id, cmds, errs, words, late, ctx)                                             \
    { id, TN_LEN(cmds), TN_LEN(errs), cmds, errs, words, late, ctx }

// Set what stands before "private", the rest to 0. The server gives one answer at a time. The
// caller's buffer holds the last response until the next call.
struct tn_smp_server {
    const struct tn_smp_group *groups;
    size_t ngroups;
    uint8_t *rsp;
    size_t rsp_size;  // TN_SMP_RSP_MIN at least
    // tn_smp_words: adds error texts, in version 1 and for requests that want them. NULL: codes
    // only. Called with err 0 for each request, and for each error that has a code of its group.
    void (*words)(struct tn_smp_server *s, int err);
    // private: the command whose answer is due
    uint8_t version;
    bool wants_words;
    const struct tn_smp_group *group;
    const struct tn_smp_cmd *cmd;
    size_t used;  // of the packet
    struct tn_smp_req rq;
};

// The server that a request came to. Every request is a member of a server.
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
    TN_SMP_RSP_MIN = TN_SMP_HDR_LEN + 48,  // an error with the longest text
};

// Answers the first request of a packet from peer, which must live until the answer is complete.
// Never blocks. Keeps no pointer into req. A request that comes while another answer is due
// replaces that one.
//
// Returns the length of the response. 0: the packet gets none (it is no request), or the answer
// comes later (tn_smp_server_busy).
size_t tn_smp_serve(struct tn_smp_server *s, const struct tn_smp_peer *peer, const uint8_t *req,
        size_t req_len);

// Bytes of the packet that the request used. More requests may follow behind them.
static inline size_t tn_smp_server_used(const struct tn_smp_server *s) {
    return s->used;
}

// True while an answer is due.
static inline bool tn_smp_server_busy(const struct tn_smp_server *s) {
    return s->cmd != NULL;
}

// Does one step of the work for the answer that is due. Returns as tn_smp_serve.
size_t tn_smp_resume(struct tn_smp_server *s);

TN_C_END

#endif

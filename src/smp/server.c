// SPDX-License-Identifier: Apache-2.0
// The request's header is copied into the response first: most of it is returned unchanged.
#include "smp/server.h"

#include <string.h>

#include "base/compiler.h"
#include "base/err.h"

enum {
    VERSION_MAX = 1,  // of the wire: SMP version 2
    AT_LEN = 2,
    AT_GROUP = 4,
    AT_ID = 7,
    OP_BITS = 7,
};

// Maps an error to the codes that every command shares.
static unsigned code_of(int err) {
    static const uint8_t codes[] = {
            [-TN_EINVAL] = TN_RC_INVALID,
            [-TN_ENOSPC] = TN_RC_TOOLARGE,
            [-TN_ENOENT] = TN_RC_NOENT,
            [-TN_ESTATE] = TN_RC_BADSTATE,
            [-TN_ENOTSUP] = TN_RC_NOTSUP,
            [-TN_ECORRUPT] = TN_RC_CORRUPT,
            [-TN_EBUSY] = TN_RC_BUSY,
            [-TN_ETIMEOUT] = TN_RC_TIMEOUT,
            [-TN_ENEWER] = TN_RC_NEW,
    };
    unsigned i = (unsigned)-err;

    return i < sizeof(codes) && codes[i] ? codes[i] : TN_RC_UNKNOWN;
}

// Finds the group that the header names, and its row for the command.
static void find(struct tn_smp_server *s, const uint8_t *hdr) {
    uint16_t id = tn_get_be16(hdr + AT_GROUP);
    const struct tn_smp_group *g = s->groups;

    s->group = NULL;
    for (size_t left = s->ngroups; left; left--, g++) {
        if (g->id == id) {
            s->group = g;
        }
    }
    if (!s->group) {
        return;
    }
    const struct tn_smp_cmd *cmd = s->group->cmds;
    for (size_t left = s->group->ncmds; left; left--, cmd++) {
        if (cmd->id == s->rq.id) {
            s->cmd = cmd;
        }
    }
}

// The row for this error in the command's group, or NULL if the group has none.
static const struct tn_smp_err *own_code(const struct tn_smp_group *g, int err) {
    for (unsigned i = 0; g && i < g->nerrs; i++) {
        if (g->errs[i].err == err) {
            return &g->errs[i];
        }
    }
    return NULL;
}

// The error in the format of the request's version: group and code, or one number for all groups.
static void put_error(struct tn_smp_server *s, int err) {
    static const uint8_t v1[] = {TN_RC_UNKNOWN, TN_RC_INVALID, TN_RC_NOENT, TN_RC_BADSTATE};
    const struct tn_smp_err *own = own_code(s->group, err);
    struct tn_cbor_out *out = &s->rq.out;

    if (own && s->version) {
        const uint32_t v[] = {s->group->id, own->code & 63};
        tn_cbor_put_form(out, "err" TN_MAP "group" TN_UINT "rc" TN_UINT TN_END, v);
    } else {
        uint32_t rc = own ? v1[own->code >> 6] : code_of(err);
        tn_cbor_put_form(out, "rc" TN_UINT, &rc);
    }
    if (own && s->words) {
        s->words(s, err);
    }
}

// Writes a response: what the handler answers, or the error err.
static size_t answer(struct tn_smp_server *s, tn_smp_handler *fn, int err) {
    struct tn_cbor_out *out = &s->rq.out;

    tn_cbor_out_init(out, s->rsp, s->rsp_size);
    out->len = TN_SMP_HDR_LEN;
    tn_cbor_open_map(out);
    size_t begin = out->len;
    if (!err) {
        err = fn ? fn(s->group->ctx, &s->rq) : TN_ENOTSUP;
    }
    if (err == TN_LATER) {
        return 0;
    }
    tn_cbor_close(out);
    if (!err && out->full) {
        err = TN_ENOSPC;
    }
    if (err) {
        out->len = begin;  // drop a half-written answer
        out->full = false;
        put_error(s, err);
        tn_cbor_close(out);
    }
    s->cmd = NULL;
    tn_put_be16(s->rsp + AT_LEN, (uint16_t)(out->len - TN_SMP_HDR_LEN));
    return out->len;
}

// Copies the request's header to the response and adapts its first four bytes.
static void take_header(struct tn_smp_server *s, const uint8_t *req) {
    uint8_t *rsp = s->rsp;
    uint8_t first = req[0];

    s->version = first >> 3 & 3;
    memcpy(rsp, req, TN_SMP_HDR_LEN);
    rsp[0] = (uint8_t)((first & TN_SMP_WRITE) | 1 | (s->version ? VERSION_MAX << 3 : 0));
    rsp[1] = 0;
}

size_t tn_smp_serve(struct tn_smp_server *s, const struct tn_smp_peer *peer, const uint8_t *req,
        size_t req_len) {
    int err = 0;

    s->used = req_len;
    s->cmd = NULL;
    // Never answers a response: two servers on one wire would go on forever.
    if (req_len < TN_SMP_HDR_LEN || (req[0] & OP_BITS & ~TN_SMP_WRITE)) {
        return 0;
    }
    take_header(s, req);
    size_t len = TN_SMP_HDR_LEN + tn_get_be16(req + AT_LEN);
    if (s->version > VERSION_MAX) {
        err = TN_ENEWER;
    } else if (len > req_len) {
        err = TN_ECORRUPT;
    } else {
        s->used = len;
    }
    s->rq.peer = peer;
    s->rq.id = req[AT_ID];
    tn_cbor_in_init(&s->rq.in, req + TN_SMP_HDR_LEN, s->used - TN_SMP_HDR_LEN);
    find(s, req);
    if (s->words) {
        s->words(s, 0);
    }
    tn_smp_handler *fn = NULL;
    if (s->cmd) {
        fn = req[0] & TN_SMP_WRITE ? s->cmd->write : s->cmd->read;
    }
    return answer(s, fn, err);
}

size_t tn_smp_resume(struct tn_smp_server *s) {
    return s->cmd ? answer(s, s->group->late, 0) : 0;
}

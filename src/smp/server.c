// SPDX-License-Identifier: Apache-2.0
#include "smp/server.h"

#include "base/compiler.h"
#include "base/err.h"

enum {
    VERSION_MAX = 1,  // of the wire: SMP version 2
};

// The codes that every command shares.
static const struct {
    int8_t err;
    uint8_t rc;
} codes[] = {
    {TN_EINVAL, TN_RC_INVALID},   {TN_ENOSPC, TN_RC_TOOLARGE}, {TN_ENOENT, TN_RC_NOENT},
    {TN_ESTATE, TN_RC_BADSTATE},  {TN_ENOTSUP, TN_RC_NOTSUP},  {TN_ECORRUPT, TN_RC_CORRUPT},
    {TN_EBUSY, TN_RC_BUSY},       {TN_ETIMEOUT, TN_RC_TIMEOUT}, {TN_ENEWER, TN_RC_NEW},
};

static uint8_t code_of(int err) {
    for (size_t i = 0; i < TN_LEN(codes); i++) {
        if (codes[i].err == err) {
            return codes[i].rc;
        }
    }
    return TN_RC_UNKNOWN;
}

// The row that owns the command. ret_group: its group; NULL if no group has the number.
static const struct tn_smp_cmd *find(const struct tn_smp_server *s, const struct tn_smp_hdr *h,
        const struct tn_smp_group **ret_group) {
    *ret_group = NULL;
    for (size_t i = 0; i < s->ngroups; i++) {
        const struct tn_smp_group *g = &s->groups[i];
        if (g->id != h->group) {
            continue;
        }
        *ret_group = g;
        for (size_t k = 0; k < g->ncmds; k++) {
            if (g->cmds[k].id == h->id) {
                return &g->cmds[k];
            }
        }
    }
    return NULL;
}

static int run(struct tn_smp_server *s, struct tn_smp_req *rq, bool late) {
    tn_smp_handler *fn = NULL;

    if (s->cut_off) {
        return TN_ECORRUPT;
    }
    if (s->hdr.version > VERSION_MAX) {
        return TN_ENEWER;
    }
    if (s->cmd) {
        fn = late ? s->cmd->late : s->hdr.op == TN_SMP_READ ? s->cmd->read : s->cmd->write;
    }
    return fn ? fn(s->group->ctx, rq) : TN_ENOTSUP;
}

// The group's own words and codes for an error, if it has some.
static const struct tn_smp_err *group_err(const struct tn_smp_group *g, int err) {
    for (size_t i = 0; g && i < g->nerrs; i++) {
        if (g->errs[i].err == err) {
            return &g->errs[i];
        }
    }
    return NULL;
}

static void put_error(const struct tn_smp_server *s, struct tn_cbor_out *out, int err) {
    const struct tn_smp_err *own = group_err(s->group, err);

    if (own && s->hdr.version) {
        tn_cbor_put_str(out, "err");
        tn_cbor_open_map(out);
        tn_cbor_pair_uint(out, "group", s->hdr.group);
        tn_cbor_pair_uint(out, "rc", own->rc);
        tn_cbor_close(out);
    } else {
        tn_cbor_pair_uint(out, "rc", own ? own->rc_v1 : code_of(err));
    }
    if (own && own->rsn && (s->words || !s->hdr.version)) {
        tn_cbor_pair_str(out, "rsn", own->rsn);
    }
}

static void body_begin(struct tn_cbor_out *out, uint8_t *rsp, size_t rsp_size) {
    tn_cbor_out_init(out, rsp + TN_SMP_HDR_LEN, rsp_size - TN_SMP_HDR_LEN);
    tn_cbor_open_map(out);
}

static int answer(struct tn_smp_server *s, struct tn_smp_req *rq, uint8_t *rsp, size_t rsp_size,
        bool late) {
    rq->peer = &s->peer;
    body_begin(&rq->out, rsp, rsp_size);
    int err = run(s, rq, late);
    if (err == TN_LATER) {
        return 0;
    }
    tn_cbor_close(&rq->out);
    if (!err && rq->out.full) {
        err = TN_ENOSPC;
    }
    if (err) {
        body_begin(&rq->out, rsp, rsp_size);  // drop a half-written answer
        put_error(s, &rq->out, err);
        tn_cbor_close(&rq->out);
    }
    struct tn_smp_hdr h = s->hdr;
    h.op++;
    h.version = h.version ? VERSION_MAX : 0;
    h.len = (uint16_t)rq->out.len;
    tn_smp_hdr_put(rsp, &h);
    s->cmd = NULL;
    return rq->out.full ? TN_ENOSPC : (int)(TN_SMP_HDR_LEN + rq->out.len);
}

// A client that has recognised Tenon asks for words by this member; others never see any.
static bool wants_words(const uint8_t *body, size_t len) {
    struct tn_cbor_in in;
    bool words = false;
    const struct tn_cbor_field field = {"tn", TN_FIELD_BOOL, &words};

    tn_cbor_in_init(&in, body, len);
    return tn_cbor_get_map(&in, &field, 1) > 0 && words;
}

int tn_smp_serve(struct tn_smp_server *s, const struct tn_smp_peer *from, const uint8_t *req,
        size_t req_len, uint8_t *rsp, size_t rsp_size, size_t *ret_used) {
    struct tn_smp_req rq;
    size_t ignored;

    if (!ret_used) {
        ret_used = &ignored;
    }
    *ret_used = req_len;
    s->cmd = NULL;
    // A response is never answered: two servers on one wire would not stop.
    if (tn_smp_hdr_get(&s->hdr, req, req_len) || (s->hdr.op & ~TN_SMP_WRITE)) {
        return 0;
    }
    if (rsp_size < TN_SMP_HDR_LEN) {
        return TN_ENOSPC;
    }
    s->peer = *from;
    s->cmd = find(s, &s->hdr, &s->group);
    size_t here = req_len - TN_SMP_HDR_LEN;
    s->cut_off = s->hdr.len > here;
    here = s->cut_off ? 0 : s->hdr.len;
    if (!s->cut_off) {
        *ret_used = TN_SMP_HDR_LEN + here;
    }
    s->words = wants_words(req + TN_SMP_HDR_LEN, here);
    tn_cbor_in_init(&rq.in, req + TN_SMP_HDR_LEN, here);
    return answer(s, &rq, rsp, rsp_size, false);
}

bool tn_smp_server_busy(const struct tn_smp_server *s) {
    return s->cmd != NULL;
}

int tn_smp_resume(struct tn_smp_server *s, uint8_t *rsp, size_t rsp_size) {
    struct tn_smp_req rq;

    if (!s->cmd) {
        return 0;
    }
    tn_cbor_in_init(&rq.in, rsp, 0);
    return answer(s, &rq, rsp, rsp_size, true);
}

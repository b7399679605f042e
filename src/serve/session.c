// SPDX-License-Identifier: Apache-2.0
#include "serve/session.h"

#include "base/err.h"
#include "serve/image_priv.h"
#include "serve/session_priv.h"

static bool is_owner(const struct tn_serve_session *s, const struct tn_smp_peer *peer) {
    return s->owner == peer->link && s->sender == peer->sender;
}

// Admits the peer's command if it does not end a job of another link.
static int claim(struct tn_serve_session *s, const struct tn_smp_peer *peer) {
    bool is_other = s->is_owned && !is_owner(s, peer);

    if (is_other && tn_update_is_busy(s->image.update) &&
            peer->now_ms - s->since_ms < TN_SESSION_SILENCE_MS) {
        return TN_EBUSY;
    }
    s->is_owned = true;
    s->owner = peer->link;
    s->sender = peer->sender;
    s->since_ms = peer->now_ms;
    return 0;
}

int tn_serve_session_do(
        struct tn_serve_session *s, struct tn_smp_req *rq, tn_smp_handler *handler) {
    uint32_t last = tn_update_job(s->image.update);
    int err = claim(s, rq->peer);
    int rc = err ? err : handler(s, rq);

    if (tn_update_job(s->image.update) != last) {
        s->job = tn_update_job(s->image.update);
    }
    return rc;
}

static int mark(void *ctx, struct tn_smp_req *rq) {
    return tn_serve_session_do(ctx, rq, tn_serve_image_mark);
}

// True if no client of this group has begun the last job.
static bool is_foreign(const struct tn_serve_session *s) {
    return tn_update_job(s->image.update) != s->job;
}

int tn_serve_session_upload(
        struct tn_serve_session *s, struct tn_smp_req *rq, tn_smp_handler *handler) {
    struct tn_cbor_in in = rq->in;
    uint32_t off = 0;
    const uint32_t start = 0;

    tn_cbor_get_form(&in, "off" TN_UINT, &off);
    if (!off || !is_foreign(s)) {
        return tn_serve_session_do(s, rq, handler);
    }
    if (tn_update_is_busy(s->image.update)) {
        return TN_EBUSY;
    }
    tn_cbor_put_form(&rq->out, "off" TN_UINT, &start);
    return 0;
}

static int upload(void *ctx, struct tn_smp_req *rq) {
    return tn_serve_session_upload(ctx, rq, tn_serve_image_upload);
}

static int erase(void *ctx, struct tn_smp_req *rq) {
    return tn_serve_session_do(ctx, rq, tn_serve_image_erase);
}

// While the server still owes the answer, the link does not count as silent.
int tn_serve_session_late(void *ctx, struct tn_smp_req *rq) {
    struct tn_serve_session *s = ctx;

    if (!is_owner(s, rq->peer) || is_foreign(s)) {
        return TN_EBUSY;  // another client, or a file, took over meanwhile
    }
    s->since_ms = rq->peer->now_ms;
    return tn_serve_image_late(ctx, rq);
}

const struct tn_smp_cmd tn_serve_session_cmds[] = {
        {TN_IMG_STATE, tn_serve_image_list, mark},
        {TN_IMG_UPLOAD, NULL, upload},
        {TN_IMG_ERASE, NULL, erase},
        {TN_IMG_SLOTS, tn_serve_image_slots, NULL},
};

// SPDX-License-Identifier: Apache-2.0
// Code that both kinds of job share, and the single call.
//
// An answer to any try of a call answers the call: on a link slower than the timeout, the answer to
// the first try ends the call although a second try is under way. Sequence numbers go on from job
// to job, so that a late answer of an earlier job matches no request.
#include "client/client.h"

#include <string.h>

#include "base/bytes.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/seal.h"
#include "client/client_priv.h"

enum {
    CALL_TIMEOUT_MS = 2000,
    CALL_TRIES = 4,
};

// ---- Requests in flight ----------------------------------------------------------------

void tn_client_reset(struct tn_client *c, enum job job) {
    c->job = (uint8_t)job;
    c->reply = (struct tn_reply){.group = -1};
    c->acked = c->resumed_at = c->retries = 0;
    c->high = c->best = c->next = c->pause_ms = 0;
    c->tries = c->restarts = c->stuck = c->streak = 0;
    c->odd = c->offsets = 0;
    c->flush = c->garbled = c->shrunk = false;
    c->loss = 0;
    c->packet_now = c->max_packet;
    memset(c->flight, 0, sizeof(c->flight));
}

struct tn_flight *tn_flight_add(struct tn_client *c, uint32_t now_ms) {
    struct tn_flight *f = &c->flight[0];

    for (size_t i = 0; i < TN_LEN(c->flight); i++) {
        struct tn_flight *g = &c->flight[i];
        if (g->state == FLIGHT_FREE) {
            f = g;
            break;
        }
        if (tn_since(now_ms, g->sent_ms) > tn_since(now_ms, f->sent_ms)) {
            f = g;
        }
    }
    *f = (struct tn_flight){.sent_ms = now_ms, .seq = ++c->seq, .state = FLIGHT_LIVE};
    return f;
}

struct tn_flight *tn_flight_find(struct tn_client *c, uint8_t seq) {
    for (size_t i = 0; i < TN_LEN(c->flight); i++) {
        if (c->flight[i].state != FLIGHT_FREE && c->flight[i].seq == seq) {
            return &c->flight[i];
        }
    }
    return NULL;
}

// ---- Packets ---------------------------------------------------------------------------

void tn_request_begin(const struct tn_client *c, struct tn_cbor_out *out, void *buf, size_t size,
        uint32_t npairs) {
    size_t head = size < TN_SMP_HDR_LEN ? size : TN_SMP_HDR_LEN;
    size_t room = (size < c->max_packet ? size : c->max_packet) - head;

    tn_cbor_out_init(out, (uint8_t *)buf + head, room);
    tn_cbor_put_map(out, npairs + c->tenon + c->with_crc);
}

int tn_request_end(const struct tn_client *c, struct tn_cbor_out *out, uint8_t *pkt,
        const struct tn_smp_hdr *hdr) {
    struct tn_smp_hdr h = *hdr;

    if (c->tenon) {
        tn_cbor_pair_bool(out, "tn", true);
    }
    if (c->with_crc) {
        tn_seal_put(out);
    }
    if (out->full) {
        return TN_ENOSPC;
    }
    h.version = c->version;
    h.len = (uint16_t)out->len;
    tn_smp_hdr_put(pkt, &h);
    if (c->with_crc) {
        tn_seal_close(pkt, TN_SMP_HDR_LEN + out->len);
    }
    return (int)(TN_SMP_HDR_LEN + out->len);
}

// ---- The call --------------------------------------------------------------------------

int tn_client_call(struct tn_client *c, const struct tn_call *call) {
    // Header, map's head, "tn": true, seal.
    size_t around = TN_SMP_HDR_LEN + 1 + 4 + (c->with_crc ? TN_SEAL_LEN : 0);

    if (call->pairs.len + around > c->max_packet) {
        return TN_ENOSPC;
    }
    tn_client_reset(c, JOB_CALL);
    c->call = *call;
    c->call.timeout_ms = call->timeout_ms ? call->timeout_ms : CALL_TIMEOUT_MS;
    c->call.tries = call->tries ? call->tries : CALL_TRIES;
    c->call.start_ms = call->start_ms ? call->start_ms : c->call.timeout_ms;
    c->timeout_ms = 0;  // send the first try at once
    c->waited_ms = 0;
    return 0;
}

// Timeout of the next try: at most what is left of the time for all tries.
static uint32_t call_timeout(const struct tn_client *c) {
    const struct tn_call *call = &c->call;
    uint32_t ms = call->start_ms;

    for (uint8_t i = 1; i < c->tries && ms < call->timeout_ms; i++) {
        ms *= 2;
    }
    ms = tn_min(ms, call->timeout_ms);
    return tn_min(ms, call->tries * call->timeout_ms - c->waited_ms);
}

static int send_call(struct tn_client *c, uint32_t now_ms, void *out, size_t size) {
    const struct tn_call *call = &c->call;
    struct tn_smp_hdr h = {.op = call->op, .group = call->group, .id = call->id};
    struct tn_cbor_out body;

    c->flush = c->tries > 0;
    c->retries += c->tries > 0;
    c->tries = (uint8_t)(c->tries + (c->tries < UINT8_MAX));
    h.seq = tn_flight_add(c, now_ms)->seq;
    c->pause_from = now_ms;
    c->timeout_ms = call_timeout(c);
    tn_request_begin(c, &body, out, size, call->npairs);
    if (call->pairs.len > body.size - body.len) {
        return TN_ENOSPC;
    }
    if (call->pairs.len) {
        memcpy(body.buf + body.len, call->pairs.ptr, call->pairs.len);
    }
    body.len += call->pairs.len;
    return tn_request_end(c, &body, out, &h);
}

// Keeps the longest time, and forgets it slowly. Writes are not counted: they may have waited for
// flash or a signature.
static void note_call(struct tn_client *c, uint32_t took_ms) {
    if (c->call.op == TN_SMP_READ) {
        c->call_ms = tn_max(took_ms + 1, c->call_ms - c->call_ms / 4);
    }
}

static int call_poll(struct tn_client *c, uint32_t now_ms, void *out, size_t size) {
    if (!tn_passed(now_ms, c->pause_from, c->timeout_ms)) {
        return 0;
    }
    // Adds the timeout, not the time by the clock: a host that slept did not wait for an answer.
    c->waited_ms += c->timeout_ms;
    if (c->waited_ms >= c->call.tries * c->call.timeout_ms) {
        c->job = JOB_NONE;
        return c->garbled ? TN_ECORRUPT : TN_ETIMEOUT;
    }
    return send_call(c, now_ms, out, size);
}

// ----------------------------------------------------------------------------------------

// True if the packet answers a request of this job's command.
static bool is_ours(const struct tn_client *c, const struct tn_smp_hdr *h) {
    bool upload = c->job == JOB_UPLOAD;
    uint8_t op = upload ? TN_SMP_WRITE : c->call.op;
    uint16_t group = upload ? TN_SMP_IMAGE : c->call.group;
    uint8_t id = upload ? TN_IMG_UPLOAD : c->call.id;

    return c->job != JOB_NONE && h->op == op + 1 && h->group == group && h->id == id;
}

int tn_client_input(struct tn_client *c, const void *pkt, size_t len, uint32_t now_ms) {
    struct tn_smp_hdr h;
    struct tn_reply reply;

    if (tn_smp_hdr_get(&h, pkt, len) || !is_ours(c, &h)) {
        return 0;
    }
    struct tn_flight *f = tn_flight_find(c, h.seq);
    if (!f) {
        return 0;  // a late answer, or one to another request
    }
    if (tn_reply_get(&reply, pkt, len)) {
        c->garbled = true;  // counts as lost, but the job's error reports it
        return 0;
    }
    c->reply = reply;
    if (c->job == JOB_UPLOAD) {
        return tn_upload_input(c, f, now_ms);
    }
    note_call(c, now_ms - f->sent_ms);
    c->job = JOB_NONE;
    return 1;
}

int tn_client_poll(struct tn_client *c, uint32_t now_ms, void *out, size_t size) {
    switch (c->job) {
    case JOB_CALL:
        return call_poll(c, now_ms, out, size);
    case JOB_UPLOAD:
        return tn_upload_poll(c, now_ms, out, size);
    default:
        return 0;
    }
}

uint32_t tn_client_wait(const struct tn_client *c, uint32_t now_ms) {
    if (c->job == JOB_UPLOAD) {
        return tn_upload_wait(c, now_ms);
    }
    uint32_t gone = now_ms - c->pause_from;
    return gone < c->timeout_ms ? c->timeout_ms - gone : 0;
}

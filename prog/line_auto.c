// SPDX-License-Identifier: Apache-2.0
// line.h for a line on which the client chooses the framing: console lines or bare packets
// (link/detect.h). line.c, for console lines alone, is 1,400 bytes smaller.
#include <string.h>

#include "line.h"

enum {
    IDLE_MS = 300,  // no client pauses so long inside a packet
};

static bool push(struct tn_line *l) {
    if (l->out_pos == l->out_len) {
        l->out_pos = 0;
        l->out_len = tn_detect_take(l->detect, l->out);
        if (!l->out_len) {
            return false;
        }
    }
    l->out_pos += l->stream->write(l->stream->ctx, l->out + l->out_pos, l->out_len - l->out_pos);
    return true;
}

// Serves the next request of the packet that has come. False if there is none.
static bool serve(struct tn_line *l, size_t *ret_rsp_len) {
    struct tn_smp_server *s = l->server;
    size_t len;
    const uint8_t *pkt = tn_detect_packet(l->detect, &len);

    if (!pkt || l->next >= len) {
        return false;
    }
    *ret_rsp_len = tn_smp_serve(s, &l->peer, pkt + l->next, len - l->next);
    l->next += tn_smp_server_used(s);
    return true;
}

// A byte, or silence, which tells the end of a packet that was not whole.
static bool receive(struct tn_line *l) {
    uint32_t now_ms = l->peer.now_ms;
    uint8_t byte;

    if (l->stream->read(l->stream->ctx, &byte, 1)) {
        l->detect->buf = l->console.buf;
        l->detect->size = l->console.size;
        tn_detect_feed(l->detect, &byte, 1);
        l->heard_ms = now_ms;
        l->next = 0;
        return true;
    }
    if (now_ms - l->heard_ms >= IDLE_MS && l->detect->buf) {
        l->heard_ms = now_ms;
        tn_detect_idle(l->detect);
    }
    return false;
}

bool tn_line_poll(struct tn_line *l) {
    size_t len;

    if (push(l)) {
        return true;
    }
    if (tn_smp_server_busy(l->server)) {
        len = tn_smp_resume(l->server);
    } else if (!serve(l, &len)) {
        return receive(l);
    }
    if (len) {
        tn_detect_send(l->detect, l->server->rsp, len);
    }
    return true;
}

// A client of bare packets takes nothing else for one, but it may well lose one for it.
bool tn_line_print(struct tn_line *l, const char *text, size_t len) {
    if (l->out_pos != l->out_len || tn_detect_is_sending(l->detect) ||
            tn_detect_is_raw(l->detect) || len > sizeof(l->out)) {
        return false;
    }
    memcpy(l->out, text, len);
    l->out_len = len;
    l->out_pos = 0;
    return true;
}

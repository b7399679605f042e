// SPDX-License-Identifier: Apache-2.0
#include "line.h"

#include <string.h>

// Pushes what is on its way out. True while there is more.
static bool push(struct tn_line *l) {
    if (l->out_pos == l->out_len) {
        l->out_pos = 0;
        l->out_len = tn_console_take(&l->console, l->out);
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
    const uint8_t *pkt = tn_console_packet(&l->console, &len);

    if (!pkt || l->next >= len) {
        return false;
    }
    *ret_rsp_len = tn_smp_serve(s, &l->peer, pkt + l->next, len - l->next);
    l->next += tn_smp_server_used(s);
    return true;
}

// A byte at a time: what comes behind a whole packet waits in the stream.
static bool receive(struct tn_line *l) {
    const struct tn_stream *s = l->stream;
    uint8_t byte;

    if (!s->read(s->ctx, &byte, 1)) {
        return false;
    }
    tn_console_feed(&l->console, &byte, 1);
    l->next = 0;
    return true;
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
        tn_console_send(&l->console, l->server->rsp, len);
    }
    return true;
}

bool tn_line_print(struct tn_line *l, const char *text, size_t len) {
    if (l->out_pos != l->out_len || l->console.out || len > sizeof(l->out)) {
        return false;
    }
    memcpy(l->out, text, len);
    l->out_len = len;
    l->out_pos = 0;
    return true;
}

// SPDX-License-Identifier: Apache-2.0
#include "channel/line.h"

#include <string.h>

#include "channel/channel_priv.h"

// Bytes that are still to be sent.
static size_t unsent(struct tn_line *l) {
    if (l->out_pos == l->out_len) {
        l->out_pos = 0;
        l->out_len = l->framing->take(l->link, l->out);
    }
    return l->out_len - l->out_pos;
}

bool tn_line_is_sending(struct tn_line *l) {
    return unsent(l) != 0;
}

// Receives a byte, or notes that none has arrived. Bytes behind a whole packet stay in the stream.
static enum tn_channel_did receive(struct tn_line *l) {
    const struct tn_stream *s = l->stream;
    int byte = TN_FRAMING_SILENCE;
    uint8_t came;

    if (s->read(s->ctx, &came, 1)) {
        byte = came;
    }
    l->framing->feed(l->link, byte, l->channel.peer.now_ms, &l->channel.rest);
    return byte < 0 ? TN_CHANNEL_IDLE : TN_CHANNEL_HEARD;
}

enum tn_channel_did tn_line_step(struct tn_channel *c) {
    struct tn_line *l = (struct tn_line *)(void *)c;
    const struct tn_stream *s = l->stream;
    size_t len = unsent(l);

    if (len) {
        l->out_pos += s->write(s->ctx, l->out + l->out_pos, len);
        return TN_CHANNEL_ANSWERED;
    }
    if (!tn_channel_answer(c, &len)) {
        return receive(l);
    }
    if (len) {
        l->framing->send(l->link, c->server->rsp, len);
    }
    return TN_CHANNEL_ANSWERED;
}

bool tn_line_print(struct tn_line *l, const char *text, size_t len) {
    const struct tn_framing *f = l->framing;

    if (tn_line_is_sending(l) || len > sizeof(l->out) ||
            (f->takes_text && !f->takes_text(l->link))) {
        return false;
    }
    memcpy(l->out, text, len);
    l->out_len = len;
    l->out_pos = 0;
    return true;
}

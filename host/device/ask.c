// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>

#include "host/device/ask_priv.h"

uint32_t tn_times(const struct tn_session *s, uint32_t n) {
    return n * (s->timeout_ms ? s->timeout_ms : 2000);
}

void tn_body_begin(struct tn_body *b) {
    tn_cbor_out_init(&b->out, b->bytes, sizeof(b->bytes));
}

struct tn_call tn_call_of(
        uint16_t group, uint8_t id, uint8_t op, const struct tn_body *b, uint8_t npairs) {
    struct tn_call call = {.group = group, .id = id, .op = op, .npairs = npairs};

    if (npairs) {
        call.pairs = (struct tn_span){b->bytes, b->out.len};
    }
    return call;
}

int tn_unreadable(const struct tn_session *s, const char *what, struct tn_fault *f) {
    return tn_fail(f, TN_FAULT_NOT_SMP,
            "%s: the device's %s cannot be read: an SMP server that this tool does not "
            "understand; print its packets by: -v -v",
            s->transport->name, what);
}

int tn_each(struct tn_cbor_in *in, int (*take)(struct tn_cbor_in *in, void *ctx), void *ctx) {
    struct tn_cbor_seq seq;
    int more;

    if (tn_cbor_enter(in, TN_CBOR_LIST, &seq)) {
        return -1;
    }
    while ((more = tn_cbor_next(in, &seq)) == 1) {
        if (take(in, ctx)) {
            return -1;
        }
    }
    return more;
}

int tn_each_pair(struct tn_cbor_in *in, tn_take_pair *take, void *ctx) {
    struct tn_cbor_seq seq;
    struct tn_span name;
    int more;

    if (tn_cbor_enter(in, TN_CBOR_MAP, &seq)) {
        return -1;
    }
    while ((more = tn_cbor_next(in, &seq)) == 1) {
        if (tn_cbor_get_text(in, &name) || take(in, name, ctx)) {
            return -1;
        }
    }
    return more;
}

int tn_ask_fields(struct tn_session *s, const struct tn_call *call, const char *what,
        const struct tn_cbor_field *fields, size_t n, struct tn_fault *f) {
    struct tn_reply r;
    struct tn_cbor_in in;

    if (tn_session_ask(s, call, what, &r, f)) {
        return -1;
    }
    if (!r.body.len) {
        return 0;  // success without a map, as some servers answer
    }
    tn_cbor_in_init(&in, r.body.ptr, r.body.len);
    int found = tn_cbor_get_map(&in, fields, n);
    return found < 0 ? tn_unreadable(s, "answer", f) : found;
}

int tn_ask_text(struct tn_session *s, const struct tn_call *call, const char *what, const char *key,
        char *ret, size_t size, struct tn_fault *f) {
    struct tn_span text = {0};
    const struct tn_cbor_field field = {key, TN_FIELD_TEXT, &text};
    int found = tn_ask_fields(s, call, what, &field, 1, f);

    if (found < 0) {
        return -1;
    }
    if (!found) {
        return tn_unreadable(s, "answer", f);
    }
    tn_text_copy(ret, size, text);
    return 0;
}

int tn_append(struct tn_buf *buf, size_t *room, struct tn_span data, struct tn_fault *f) {
    if (data.len > *room - buf->len || !buf->p) {
        size_t more = 2 * (buf->len + data.len) + 1;
        uint8_t *p = realloc(buf->p, more);
        if (!p) {
            return tn_fail_memory(f);
        }
        buf->p = p;
        *room = more;
    }
    if (data.len) {
        memcpy(buf->p + buf->len, data.ptr, data.len);
    }
    buf->len += data.len;
    return 0;
}

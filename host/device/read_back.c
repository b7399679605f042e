// SPDX-License-Identifier: Apache-2.0
#include "host/device/read_back.h"

#include <string.h>

#include "base/compiler.h"
#include "host/device/ask_priv.h"

struct piece {
    uint32_t off, len;
    struct tn_span data;
};

// Reads the bytes at off. Of an answer to offset 0, also the image's length.
static int get_piece(
        struct tn_session *s, uint32_t slot, uint32_t off, struct piece *ret, struct tn_fault *f) {
    struct tn_body b;
    const struct tn_cbor_field fields[] = {
            {"off", TN_FIELD_UINT, &ret->off},
            {"data", TN_FIELD_BYTES, &ret->data},
            {"len", TN_FIELD_UINT, &ret->len},
    };

    tn_body_begin(&b);
    tn_cbor_pair_uint(&b.out, "slot", slot);
    tn_cbor_pair_uint(&b.out, "off", off);
    struct tn_call call = tn_call_of(TN_SMP_TENON, TN_TENON_READ_BACK, TN_SMP_READ, &b, 2);
    int found = tn_ask_fields(s, &call, "cannot read the image", fields, TN_LEN(fields), f);
    if (found < 0) {
        return -1;
    }
    bool whole = (found & 3) == 3 && ret->off == off && (off || found & 4);
    return whole ? 0 : tn_unreadable(s, "piece of the image", f);
}

int tn_device_read_image(
        struct tn_session *s, uint32_t slot, struct tn_buf *buf, struct tn_fault *f) {
    struct piece p = {.off = 0};
    size_t room = buf->len;

    if (get_piece(s, slot, 0, &p, f)) {
        return -1;
    }
    size_t size = p.len;
    if (size > TN_FILE_MAX) {
        return tn_fail(f, TN_FAULT_TOO_LARGE,
                "the image has %zu bytes, and %u are the most that is "
                "read",
                size, (unsigned)TN_FILE_MAX);
    }
    if (buf->len < p.data.len || buf->len > size || memcmp(buf->p, p.data.ptr, p.data.len) != 0) {
        buf->len = 0;
    }
    struct tn_progress now = {.done = buf->len, .size = size, .resumed_at = (uint32_t)buf->len};
    while (buf->len < size) {
        if (buf->len && get_piece(s, slot, (uint32_t)buf->len, &p, f)) {
            return -1;
        }
        if (!p.data.len || p.data.len > size - buf->len) {
            return tn_fail(
                    f, TN_FAULT_DAMAGED, "the image changed while it was read; read it again");
        }
        if (tn_append(buf, &room, p.data, f)) {
            return -1;
        }
        now.done = buf->len;
        if (s->progress) {
            s->progress(s->ctx, &now);
        }
    }
    return 0;
}

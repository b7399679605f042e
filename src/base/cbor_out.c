// SPDX-License-Identifier: Apache-2.0
// Writes CBOR: shortest heads. A full buffer sets a flag, so that no call needs a check.
#include <string.h>

#include "base/form_priv.h"

enum {
    FALSE = 20,  // the simple value; true is the next one
};

static void put(struct tn_cbor_out *out, const void *p, size_t len) {
    if (out->full || len > out->size - out->len) {
        out->full = true;
        return;
    }
    if (len) {
        memcpy(out->buf + out->len, p, len);
    }
    out->len += len;
}

static void put_byte(struct tn_cbor_out *out, unsigned v) {
    uint8_t b = (uint8_t)v;

    put(out, &b, 1);
}

static void put_head(struct tn_cbor_out *out, enum tn_cbor_type type, uint32_t v) {
    unsigned major = (unsigned)type << 5;
    unsigned info = 24;
    unsigned bits = 8;  // of the number that follows: 8, 16 or 32

    if (v < info) {
        put_byte(out, major | v);
        return;
    }
    while (bits < 32 && v >> bits) {
        bits *= 2;
        info++;
    }
    put_byte(out, major | info);
    while (bits) {
        bits -= 8;
        put_byte(out, v >> bits);
    }
}

void tn_cbor_put_uint(struct tn_cbor_out *out, uint32_t v) {
    put_head(out, TN_CBOR_UINT, v);
}

void tn_cbor_put_int(struct tn_cbor_out *out, int32_t v) {
    put_head(out, v < 0 ? TN_CBOR_NINT : TN_CBOR_UINT, v < 0 ? (uint32_t)(-1 - v) : (uint32_t)v);
}

void tn_cbor_put_bool(struct tn_cbor_out *out, bool v) {
    put_head(out, TN_CBOR_SIMPLE, FALSE + v);
}

static void put_string(struct tn_cbor_out *out, enum tn_cbor_type type, const void *p, size_t len) {
    put_head(out, type, (uint32_t)len);
    put(out, p, len);
}

void tn_cbor_put_bytes(struct tn_cbor_out *out, const void *p, size_t len) {
    put_string(out, TN_CBOR_BYTES, p, len);
}

void tn_cbor_put_text(struct tn_cbor_out *out, const void *p, size_t len) {
    put_string(out, TN_CBOR_TEXT, p, len);
}

void tn_cbor_put_str(struct tn_cbor_out *out, const char *str) {
    put_string(out, TN_CBOR_TEXT, str, strlen(str));
}

void tn_cbor_put_map(struct tn_cbor_out *out, uint32_t pairs) {
    put_head(out, TN_CBOR_MAP, pairs);
}

void tn_cbor_open_map(struct tn_cbor_out *out) {
    put_byte(out, 0xbf);
}

void tn_cbor_open_list(struct tn_cbor_out *out) {
    put_byte(out, 0x9f);
}

void tn_cbor_close(struct tn_cbor_out *out) {
    put_byte(out, 0xff);
}

void tn_cbor_put_form(struct tn_cbor_out *out, const char *form, const void *values) {
    const uint8_t *value = values;

    while (*form) {
        size_t n = tn_form_letters(form);
        if (n) {
            put_string(out, TN_CBOR_TEXT, form, n);
            form += n;
            continue;
        }
        char c = *form++;
        if (c & 0x80) {
            put_byte(out, (uint8_t)c);
            continue;
        }
        enum tn_cbor_kind kind = tn_form_kind(c);
        const uint32_t *number = (const void *)value;
        const struct tn_span *span = (const void *)value;
        if (tn_form_is_span(c)) {
            put_string(out, (enum tn_cbor_type)kind, span->ptr, span->len);
        } else {
            put_head(out, (enum tn_cbor_type)kind,
                    kind == TN_FIELD_BOOL ? FALSE + *number : *number);
        }
        value += tn_form_size(c);
    }
}

void tn_cbor_pair_uint(struct tn_cbor_out *out, const char *key, uint32_t v) {
    tn_cbor_put_str(out, key);
    tn_cbor_put_uint(out, v);
}

void tn_cbor_pair_bool(struct tn_cbor_out *out, const char *key, bool v) {
    tn_cbor_put_str(out, key);
    tn_cbor_put_bool(out, v);
}

void tn_cbor_pair_str(struct tn_cbor_out *out, const char *key, const char *str) {
    tn_cbor_put_str(out, key);
    tn_cbor_put_str(out, str);
}

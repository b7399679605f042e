// SPDX-License-Identifier: Apache-2.0
// Reading CBOR. Bounds come first: a length is compared with what is left before it is used.
#include <string.h>

#include "base/cbor.h"
#include "base/err.h"

enum {
    INDEFINITE = 31,   // additional information: length follows as a break
    BREAK = 0xff,
    FALSE_TRUE = 20,   // simple values 20 and 21
    MAX_OPEN = 8,      // indefinite lists and maps within each other
    MAX_FIELDS = 16,
};

// An item's first bytes: its type, and the number or length that they hold.
struct head {
    uint8_t type;
    uint8_t info;  // additional information, the low five bits
    uint32_t hi;   // the number's upper half: most readers refuse it
    uint32_t value;
};

void tn_cbor_in_init(struct tn_cbor_in *in, const void *buf, size_t len) {
    in->p = buf;
    in->end = in->p + len;
}

static size_t left(const struct tn_cbor_in *in) {
    return (size_t)(in->end - in->p);
}

static int get_head(struct tn_cbor_in *in, struct head *h) {
    if (!left(in)) {
        return TN_EINVAL;
    }
    h->type = *in->p >> 5;
    h->info = *in->p++ & 31;
    h->hi = 0;
    h->value = h->info;
    if (h->info < 24 || h->info == INDEFINITE) {
        return 0;
    }
    size_t n = (size_t)1 << (h->info - 24);  // 1, 2, 4 or 8 bytes follow
    if (h->info > 27 || left(in) < n) {
        return TN_EINVAL;
    }
    h->value = 0;
    while (n--) {
        h->hi = h->hi << 8 | h->value >> 24;
        h->value = h->value << 8 | *in->p++;
    }
    return 0;
}

// A head of one type, with a number that fits 32 bits.
static int get_small(struct tn_cbor_in *in, uint8_t type, uint32_t *ret) {
    struct head h;

    if (get_head(in, &h) || h.type != type || h.info == INDEFINITE || h.hi) {
        return TN_EINVAL;
    }
    *ret = h.value;
    return 0;
}

int tn_cbor_peek(const struct tn_cbor_in *in) {
    return left(in) ? *in->p >> 5 : TN_EINVAL;
}

int tn_cbor_get_uint(struct tn_cbor_in *in, uint32_t *ret) {
    return get_small(in, TN_CBOR_UINT, ret);
}

int tn_cbor_get_uint64(struct tn_cbor_in *in, uint64_t *ret) {
    struct head h;

    if (get_head(in, &h) || h.type != TN_CBOR_UINT || h.info == INDEFINITE) {
        return TN_EINVAL;
    }
    *ret = (uint64_t)h.hi << 32 | h.value;
    return 0;
}

int tn_cbor_get_int(struct tn_cbor_in *in, int32_t *ret) {
    int type = tn_cbor_peek(in);
    uint32_t v;

    if (type < 0 || type > TN_CBOR_NINT || get_small(in, (uint8_t)type, &v) || v > INT32_MAX) {
        return TN_EINVAL;
    }
    *ret = type == TN_CBOR_NINT ? -1 - (int32_t)v : (int32_t)v;
    return 0;
}

int tn_cbor_get_bool(struct tn_cbor_in *in, bool *ret) {
    if (!left(in) || (*in->p & ~1) != (TN_CBOR_SIMPLE << 5 | FALSE_TRUE)) {
        return TN_EINVAL;
    }
    *ret = *in->p++ & 1;
    return 0;
}

static int get_string(struct tn_cbor_in *in, uint8_t type, struct tn_span *ret) {
    uint32_t len;

    if (get_small(in, type, &len) || len > left(in)) {
        return TN_EINVAL;
    }
    ret->ptr = in->p;
    ret->len = len;
    in->p += len;
    return 0;
}

int tn_cbor_get_bytes(struct tn_cbor_in *in, struct tn_span *ret) {
    return get_string(in, TN_CBOR_BYTES, ret);
}

int tn_cbor_get_text(struct tn_cbor_in *in, struct tn_span *ret) {
    return get_string(in, TN_CBOR_TEXT, ret);
}

// Walks over an item's head and, if it is a string, its bytes. ret_items: how many items it
// announces, UINT32_MAX if a break ends them.
static int skip_one(struct tn_cbor_in *in, uint32_t *ret_items) {
    struct head h;

    if (get_head(in, &h)) {
        return TN_EINVAL;
    }
    bool open = h.info == INDEFINITE;
    bool group = h.type == TN_CBOR_LIST || h.type == TN_CBOR_MAP;
    if (open && !group) {
        return TN_EINVAL;  // a string in pieces, or a break where an item should be
    }
    *ret_items = 0;
    if (h.type == TN_CBOR_BYTES || h.type == TN_CBOR_TEXT) {
        if (h.hi || h.value > left(in)) {
            return TN_EINVAL;
        }
        in->p += h.value;
    } else if (group || h.type == TN_CBOR_TAG) {
        // Each item takes a byte at least: a count beyond the bytes left is a lie.
        if (!open && h.type != TN_CBOR_TAG && (h.hi || h.value > left(in))) {
            return TN_EINVAL;
        }
        uint32_t each = h.type == TN_CBOR_MAP ? 2 : 1;
        *ret_items = open ? UINT32_MAX : h.type == TN_CBOR_TAG ? 1 : h.value * each;
    }
    return 0;
}

int tn_cbor_skip(struct tn_cbor_in *in) {
    uint32_t outer[MAX_OPEN];  // items due behind each open list or map
    size_t depth = 0;
    uint32_t due = 1;

    while (due || depth) {
        uint32_t items;
        if (!due && left(in) && *in->p == BREAK) {
            in->p++;
            due = outer[--depth];
            continue;
        }
        if (skip_one(in, &items)) {
            return TN_EINVAL;
        }
        due -= due ? 1 : 0;  // within an open list nothing was announced
        if (items == UINT32_MAX) {
            if (depth == MAX_OPEN) {
                return TN_EINVAL;
            }
            outer[depth++] = due;
            due = 0;
        } else {
            due += items;
        }
    }
    return 0;
}

int tn_cbor_enter(struct tn_cbor_in *in, enum tn_cbor_type type, struct tn_cbor_seq *ret) {
    struct head h;

    if (get_head(in, &h) || h.type != type || h.hi) {
        return TN_EINVAL;
    }
    ret->open = h.info == INDEFINITE;
    ret->left = h.value;
    return 0;
}

int tn_cbor_next(struct tn_cbor_in *in, struct tn_cbor_seq *seq) {
    if (!seq->open) {
        return seq->left ? (seq->left--, 1) : 0;
    }
    if (!left(in)) {
        return TN_EINVAL;
    }
    if (*in->p != BREAK) {
        return 1;
    }
    in->p++;
    return 0;
}

bool tn_span_is(struct tn_span s, const char *str) {
    return s.len == strlen(str) && memcmp(s.ptr, str, s.len) == 0;
}

// The major type that a kind is read from; a number below 0 is the one exception.
static const uint8_t majors[] = {
    [TN_FIELD_UINT] = TN_CBOR_UINT,   [TN_FIELD_INT] = TN_CBOR_UINT,
    [TN_FIELD_BOOL] = TN_CBOR_SIMPLE, [TN_FIELD_BYTES] = TN_CBOR_BYTES,
    [TN_FIELD_TEXT] = TN_CBOR_TEXT,
};

// Reads one item of the field's kind. In one function, and not by the getters above: a device
// links this one only.
static int get_value(struct tn_cbor_in *in, const struct tn_cbor_field *f) {
    struct head h;

    if (f->kind == TN_FIELD_ANY) {
        *(struct tn_cbor_in *)f->out = *in;
        return tn_cbor_skip(in);
    }
    if (get_head(in, &h) || h.hi || h.info == INDEFINITE) {
        return TN_EINVAL;
    }
    bool negative = f->kind == TN_FIELD_INT && h.type == TN_CBOR_NINT;
    if (h.type != majors[f->kind] && !negative) {
        return TN_EINVAL;
    }
    if (f->kind == TN_FIELD_BYTES || f->kind == TN_FIELD_TEXT) {
        if (h.value > left(in)) {
            return TN_EINVAL;
        }
        *(struct tn_span *)f->out = (struct tn_span){in->p, h.value};
        in->p += h.value;
    } else if (f->kind == TN_FIELD_BOOL) {
        if ((h.info & ~1) != FALSE_TRUE) {
            return TN_EINVAL;
        }
        *(bool *)f->out = h.info & 1;
    } else {
        if (f->kind == TN_FIELD_INT && h.value > INT32_MAX) {
            return TN_EINVAL;
        }
        *(uint32_t *)f->out = negative ? ~h.value : h.value;
    }
    return 0;
}

int tn_cbor_get_map(struct tn_cbor_in *in, const struct tn_cbor_field *fields, size_t n) {
    struct tn_cbor_seq map;
    struct tn_span key;
    int found = 0;
    int more;

    if (n > MAX_FIELDS || tn_cbor_enter(in, TN_CBOR_MAP, &map)) {
        return TN_EINVAL;
    }
    while ((more = tn_cbor_next(in, &map)) > 0) {
        size_t i = 0;
        if (tn_cbor_get_text(in, &key)) {
            return TN_EINVAL;
        }
        while (i < n && !tn_span_is(key, fields[i].key)) {
            i++;
        }
        if (i < n ? get_value(in, &fields[i]) : tn_cbor_skip(in)) {
            return TN_EINVAL;
        }
        found |= i < n ? 1 << i : 0;
    }
    return more ? more : found;
}

// SPDX-License-Identifier: Apache-2.0
// Reads CBOR. Bounds first: a length is compared with the bytes left before it is used.
#include <string.h>

#include "base/cbor.h"
#include "base/err.h"
#include "base/form_priv.h"

enum {
    INDEFINITE = 31,  // additional information: no length, a break ends it
    BREAK = 0xff,
    FALSE_TRUE = 20,  // simple values 20 and 21
    MAX_OPEN = 8,     // indefinite lists and maps nested in each other
    MAX_FIELDS = 16,
};

// One item: its head and, for a string, its bytes.
struct item {
    unsigned type;
    unsigned info;  // additional information, the low five bits of the head
    uint32_t hi;    // the number's upper half: most readers require 0
    uint32_t value;
    const uint8_t *bytes;
};

static size_t left(const struct tn_cbor_in *in) {
    return (size_t)(in->end - in->p);
}

// Reads an item's head and, for a string, its bytes; not the contents of a list, map or tag. A
// count above the number of bytes left is refused, since each item takes at least one byte. Strings
// in pieces are refused, and so is a break.
static int get_item(struct tn_cbor_in *in, struct item *ret) {
    const uint8_t *p = in->p;
    uint32_t hi = 0;

    if (p == in->end) {
        return TN_EINVAL;
    }
    unsigned head = *p++;
    uint32_t value = head & 31;
    ret->type = head >> 5;
    ret->info = value;
    if (value == INDEFINITE && (ret->type == TN_CBOR_LIST || ret->type == TN_CBOR_MAP)) {
        value = 0;
    } else if (value >= 24) {
        size_t n = (size_t)1 << (value - 24);  // 1, 2, 4 or 8 bytes follow
        if (value > 27 || (size_t)(in->end - p) < n) {
            return TN_EINVAL;
        }
        for (value = 0; n; n--) {
            hi = hi << 8 | value >> 24;
            value = value << 8 | *p++;
        }
    }
    ret->hi = hi;
    ret->value = value;
    ret->bytes = p;
    if (ret->type >= TN_CBOR_BYTES && ret->type <= TN_CBOR_MAP) {
        if (hi || value > (size_t)(in->end - p)) {
            return TN_EINVAL;
        }
        if (ret->type <= TN_CBOR_TEXT) {
            p += value;
        }
    }
    in->p = p;
    return 0;
}

// Reads one item of this kind to out; a bool as a number, a list or a map as struct tn_cbor_seq.
static int get_kind(struct tn_cbor_in *in, unsigned kind, void *out) {
    struct tn_span *span = out;
    struct tn_cbor_seq *seq = out;
    uint32_t *number = out;
    struct item item;

    if (kind == TN_FIELD_ANY) {
        *(struct tn_cbor_in *)out = *in;
        return tn_cbor_skip(in);
    }
    if (get_item(in, &item) || item.hi || item.type != kind) {
        return TN_EINVAL;
    }
    switch (kind) {
    case TN_FIELD_BOOL:
        if ((item.info & ~1u) != FALSE_TRUE) {
            return TN_EINVAL;
        }
        *number = item.info & 1;
        break;
    case TN_FIELD_BYTES:
    case TN_FIELD_TEXT:
        *span = (struct tn_span){item.bytes, item.value};
        break;
    case TN_CBOR_LIST:
    case TN_CBOR_MAP:
        seq->open = item.info == INDEFINITE;
        seq->left = item.value;
        break;
    default:
        *number = item.value;
    }
    return 0;
}

int tn_cbor_get_uint(struct tn_cbor_in *in, uint32_t *ret) {
    return get_kind(in, TN_FIELD_UINT, ret);
}

int tn_cbor_get_uint64(struct tn_cbor_in *in, uint64_t *ret) {
    struct item item;

    if (get_item(in, &item) || item.type != TN_CBOR_UINT) {
        return TN_EINVAL;
    }
    *ret = (uint64_t)item.hi << 32 | item.value;
    return 0;
}

int tn_cbor_get_bytes(struct tn_cbor_in *in, struct tn_span *ret) {
    return get_kind(in, TN_FIELD_BYTES, ret);
}

int tn_cbor_get_text(struct tn_cbor_in *in, struct tn_span *ret) {
    return get_kind(in, TN_FIELD_TEXT, ret);
}

int tn_cbor_skip(struct tn_cbor_in *in) {
    uint32_t outer[MAX_OPEN];  // items left to read behind each open list or map
    size_t depth = 0;
    uint32_t due = 1;

    while (due || depth) {
        struct item item;
        if (!due && left(in) && *in->p == BREAK) {
            in->p++;
            due = outer[--depth];
            continue;
        }
        if (get_item(in, &item)) {
            return TN_EINVAL;
        }
        due -= due ? 1 : 0;  // inside an indefinite list no count was given
        if (item.info == INDEFINITE) {
            if (depth == MAX_OPEN) {
                return TN_EINVAL;
            }
            outer[depth++] = due;
            due = 0;
        } else if (item.type == TN_CBOR_TAG) {
            due++;
        } else if (item.type == TN_CBOR_LIST || item.type == TN_CBOR_MAP) {
            due += item.value << (item.type - TN_CBOR_LIST);
        }
    }
    return 0;
}

int tn_cbor_enter(struct tn_cbor_in *in, enum tn_cbor_type type, struct tn_cbor_seq *ret) {
    return get_kind(in, type, ret);
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

// 1: another pair follows, and its key is read. 0: the end of the map.
static int next_key(struct tn_cbor_in *in, struct tn_cbor_seq *map, struct tn_span *ret) {
    int more = tn_cbor_next(in, map);
    int err = more > 0 ? get_kind(in, TN_FIELD_TEXT, ret) : 0;

    return err ? err : more;
}

// Reads the value of this key, if the form has the key; otherwise skips it. Adds the key's bit to
// *found.
static int get_value(struct tn_cbor_in *in, const struct tn_span *key, const char *form,
        uint8_t *to, int *found) {
    for (int bit = 1;; bit <<= 1) {
        size_t n = tn_form_letters(form);
        if (!n) {
            return tn_cbor_skip(in);
        }
        char c = form[n];
        if (n == key->len && memcmp(form, key->ptr, n) == 0) {
            *found |= bit;
            return get_kind(in, tn_form_kind(c), to);
        }
        to += tn_form_size(c);
        form += n + 1;
    }
}

int tn_cbor_get_form(struct tn_cbor_in *in, const char *form, void *ret) {
    struct tn_cbor_seq map;
    struct tn_span key;
    int found = 0;
    int more = tn_cbor_enter(in, TN_CBOR_MAP, &map);

    while (!more) {
        more = next_key(in, &map, &key);
        if (more <= 0) {
            return more ? more : found;
        }
        more = get_value(in, &key, form, ret, &found);
    }
    return more;
}

static int get_int(struct tn_cbor_in *in, int32_t *ret) {
    struct item item;

    if (get_item(in, &item) || item.hi || item.type > TN_CBOR_NINT || item.value > INT32_MAX) {
        return TN_EINVAL;
    }
    *ret = (int32_t)(item.type == TN_CBOR_NINT ? ~item.value : item.value);
    return 0;
}

static int get_field(struct tn_cbor_in *in, const struct tn_cbor_field *field) {
    uint32_t number;

    if (field->kind == TN_FIELD_INT) {
        return get_int(in, field->out);
    }
    if (field->kind != TN_FIELD_BOOL) {
        return get_kind(in, field->kind, field->out);
    }
    if (get_kind(in, TN_FIELD_BOOL, &number)) {
        return TN_EINVAL;
    }
    *(bool *)field->out = number;
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
    while ((more = next_key(in, &map, &key)) > 0) {
        size_t i = 0;
        while (i < n && !tn_span_is(key, fields[i].key)) {
            i++;
        }
        if (i < n ? get_field(in, &fields[i]) : tn_cbor_skip(in)) {
            return TN_EINVAL;
        }
        found |= i < n ? 1 << i : 0;
    }
    return more ? more : found;
}

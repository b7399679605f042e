// SPDX-License-Identifier: Apache-2.0
// CBOR (RFC 8949) as SMP uses it: bounded, zero-copy, no memory of its own, no recursion.
//
// Reading accepts definite and indefinite maps and lists and every head length. It refuses strings
// in pieces, which no SMP client sends. Writing uses indefinite maps and lists on demand, definite
// strings, and the shortest heads.
#ifndef TN_BASE_CBOR_H
#define TN_BASE_CBOR_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/compiler.h"

TN_C_BEGIN

// Major types, RFC 8949 section 3.1.
enum tn_cbor_type {
    TN_CBOR_UINT = 0,
    TN_CBOR_NINT = 1,
    TN_CBOR_BYTES = 2,
    TN_CBOR_TEXT = 3,
    TN_CBOR_LIST = 4,
    TN_CBOR_MAP = 5,
    TN_CBOR_TAG = 6,
    TN_CBOR_SIMPLE = 7,
};

// ---- Reading ---------------------------------------------------------------------------

// A position in bytes that another owner holds. Every call either moves p behind what it read, or
// returns TN_EINVAL and leaves p anywhere within the bytes.
struct tn_cbor_in {
    const uint8_t *p;
    const uint8_t *end;
};

static inline void tn_cbor_in_init(struct tn_cbor_in *in, const void *buf, size_t len) {
    in->p = (const uint8_t *)buf;
    in->end = in->p + len;
}

// Reads one item of the named type. All but get_uint64 refuse numbers above 32 bits. A string is
// not copied: ret points into the bytes.
int tn_cbor_get_uint(struct tn_cbor_in *in, uint32_t *ret);
int tn_cbor_get_uint64(struct tn_cbor_in *in, uint64_t *ret);
int tn_cbor_get_bytes(struct tn_cbor_in *in, struct tn_span *ret);
int tn_cbor_get_text(struct tn_cbor_in *in, struct tn_span *ret);

// Skips one whole item. Definite lists and maps inside of it may be nested to any depth, indefinite
// ones 8 deep.
int tn_cbor_skip(struct tn_cbor_in *in);

// A list or map that is being read.
struct tn_cbor_seq {
    uint32_t left;  // items still to come; a map's pairs count as one
    bool open;      // indefinite: ends with a break
};

// Enters a list or a map.
int tn_cbor_enter(struct tn_cbor_in *in, enum tn_cbor_type type, struct tn_cbor_seq *ret);

// 1: another item (or pair) follows at in. 0: the end; in is behind the list or map. TN_EINVAL: the
// bytes end too early.
int tn_cbor_next(struct tn_cbor_in *in, struct tn_cbor_seq *seq);

// The type of a map's value, and of what out points to.
enum tn_cbor_kind {
    TN_FIELD_UINT = TN_CBOR_UINT,    // uint32_t
    TN_FIELD_INT = TN_CBOR_NINT,     // int32_t: of either sign
    TN_FIELD_BYTES = TN_CBOR_BYTES,  // struct tn_span
    TN_FIELD_TEXT = TN_CBOR_TEXT,    // struct tn_span
    TN_FIELD_BOOL = TN_CBOR_SIMPLE,  // bool
    TN_FIELD_ANY = TN_CBOR_TAG,  // struct tn_cbor_in: points to the value and ends with the packet
};

struct tn_cbor_field {
    const char *key;
    enum tn_cbor_kind kind;
    void *out;
};

// Reads one whole map with text keys in any order. Skips keys that no field names. If a key occurs
// twice, the last one counts.
//
// Returns a bit for each field found (bit 0 is fields[0]; at most 16 fields), or TN_EINVAL if
// anything is malformed or of the wrong type. Fields that are not found keep their value.
int tn_cbor_get_map(struct tn_cbor_in *in, const struct tn_cbor_field *fields, size_t n);

// ---- Forms -----------------------------------------------------------------------------
//
// A form is a string that describes a map: each key, of letters and '_', followed by the type of
// its value. The values are in a struct, in the same order. Example:
//
//     struct {
//         struct tn_span data;
//         uint32_t off;
//         uint32_t last;
//     } chunk = {.off = 0};
//     tn_cbor_get_form(in, "data" TN_BYTES "off" TN_UINT "last" TN_BOOL, &chunk);
#define TN_UINT "\x20"   // uint32_t
#define TN_BYTES "\x2a"  // struct tn_span
#define TN_TEXT "\x2b"   // struct tn_span
#define TN_ANY "\x2e"    // struct tn_cbor_in: points to the value and ends with the packet
#define TN_BOOL "\x27"   // uint32_t, 0 or 1

// For writing only: start and end of maps and lists, and the constant true.
#define TN_MAP "\xbf"
#define TN_LIST "\x9f"
#define TN_END "\xff"
#define TN_TRUE "\xf5"

// Reads one whole map as tn_cbor_get_map does, into the struct at ret. In the struct, spans come
// first and numbers behind them, so that it has no padding. Returns as tn_cbor_get_map.
int tn_cbor_get_form(struct tn_cbor_in *in, const char *form, void *ret);

// True if the span holds exactly the characters of str.
bool tn_span_is(struct tn_span s, const char *str);

// ---- Writing ---------------------------------------------------------------------------

// A buffer to write to. When it is full, all further writes are dropped and full stays true: check
// it once, at the end.
struct tn_cbor_out {
    uint8_t *buf;
    size_t size;
    size_t len;
    bool full;
};

static inline void tn_cbor_out_init(struct tn_cbor_out *out, void *buf, size_t size) {
    out->buf = (uint8_t *)buf;
    out->size = size;
    out->len = 0;
    out->full = false;
}

void tn_cbor_put_uint(struct tn_cbor_out *out, uint32_t v);
void tn_cbor_put_int(struct tn_cbor_out *out, int32_t v);
void tn_cbor_put_bool(struct tn_cbor_out *out, bool v);
void tn_cbor_put_bytes(struct tn_cbor_out *out, const void *p, size_t len);
void tn_cbor_put_text(struct tn_cbor_out *out, const void *p, size_t len);
void tn_cbor_put_str(struct tn_cbor_out *out, const char *str);
void tn_cbor_put_map(struct tn_cbor_out *out, uint32_t pairs);  // definite
void tn_cbor_open_map(struct tn_cbor_out *out);                 // indefinite, ends with close
void tn_cbor_open_list(struct tn_cbor_out *out);
void tn_cbor_close(struct tn_cbor_out *out);

// Writes the map that the form describes. values: a struct as for tn_cbor_get_form, whose members
// are in the form's order, without padding.
void tn_cbor_put_form(struct tn_cbor_out *out, const char *form, const void *values);

// A pair; the key is a C string.
void tn_cbor_pair_uint(struct tn_cbor_out *out, const char *key, uint32_t v);
void tn_cbor_pair_bool(struct tn_cbor_out *out, const char *key, bool v);
void tn_cbor_pair_str(struct tn_cbor_out *out, const char *key, const char *str);

TN_C_END

#endif

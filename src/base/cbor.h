// SPDX-License-Identifier: Apache-2.0
// CBOR (RFC 8949) as SMP uses it: bounded, zero-copy, no memory of its own, no recursion.
//
// Reading takes definite and indefinite maps and lists, every head length, and refuses
// strings in pieces (no SMP client sends them). Writing uses indefinite maps and lists on
// demand, definite strings, and the shortest heads.
#ifndef TN_BASE_CBOR_H
#define TN_BASE_CBOR_H

#include <stdbool.h>

#include "base/bytes.h"

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

// A place in somebody else's bytes. Every call either moves p behind what it read, or returns
// TN_EINVAL; p is then anywhere within the bytes.
struct tn_cbor_in {
    const uint8_t *p;
    const uint8_t *end;
};

static inline void tn_cbor_in_init(struct tn_cbor_in *in, const void *buf, size_t len) {
    in->p = (const uint8_t *)buf;
    in->end = in->p + len;
}

// One item of the type asked for. Numbers above 32 bits are refused by all but get_uint64.
// A string stays where it is: ret points into the bytes.
int tn_cbor_get_uint(struct tn_cbor_in *in, uint32_t *ret);
int tn_cbor_get_uint64(struct tn_cbor_in *in, uint64_t *ret);
int tn_cbor_get_bytes(struct tn_cbor_in *in, struct tn_span *ret);
int tn_cbor_get_text(struct tn_cbor_in *in, struct tn_span *ret);

// Walks over one whole item, however deep definite lists and maps are nested in it.
// Indefinite ones may be nested 8 deep.
int tn_cbor_skip(struct tn_cbor_in *in);

// A list or map that is being read.
struct tn_cbor_seq {
    uint32_t left;  // items still to come; a map's pairs count as one
    bool open;      // indefinite: ends with a break
};

// Enters a list or a map.
int tn_cbor_enter(struct tn_cbor_in *in, enum tn_cbor_type type, struct tn_cbor_seq *ret);

// 1: another item (or pair) follows at in. 0: the end, and in is behind it. TN_EINVAL: cut off.
int tn_cbor_next(struct tn_cbor_in *in, struct tn_cbor_seq *seq);

// What a map may hold, by its major type, and what out points to.
enum tn_cbor_kind {
    TN_FIELD_UINT = TN_CBOR_UINT,    // uint32_t
    TN_FIELD_INT = TN_CBOR_NINT,     // int32_t: of either sign
    TN_FIELD_BYTES = TN_CBOR_BYTES,  // struct tn_span
    TN_FIELD_TEXT = TN_CBOR_TEXT,    // struct tn_span
    TN_FIELD_BOOL = TN_CBOR_SIMPLE,  // bool
    TN_FIELD_ANY = TN_CBOR_TAG,  // struct tn_cbor_in, placed at the value and bounded by the packet
};

struct tn_cbor_field {
    const char *key;
    enum tn_cbor_kind kind;
    void *out;
};

// Reads one whole map with text keys in any order; keys that no field names are skipped. Of a
// key that comes twice the last one counts.
//
// Returns a bit for each field found (bit 0 is fields[0]; at most 16 fields), or TN_EINVAL for
// anything malformed or of the wrong type. Fields that were not found keep their value.
int tn_cbor_get_map(struct tn_cbor_in *in, const struct tn_cbor_field *fields, size_t n);

// ---- Forms -----------------------------------------------------------------------------
//
// A form is a string that says what a map holds: each key, of letters and '_', and behind it what
// its value is. It goes with a struct of the values in the same order. Example:
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
#define TN_ANY "\x2e"    // struct tn_cbor_in, placed at the value and bounded by the packet
#define TN_BOOL "\x27"   // uint32_t, 0 or 1

// For writing only: what opens and closes maps and lists, and a value that is always the same.
#define TN_MAP "\xbf"
#define TN_LIST "\x9f"
#define TN_END "\xff"
#define TN_TRUE "\xf5"

// Reads one whole map as tn_cbor_get_map does, into the struct at ret. Its spans come first, then
// its numbers, so that there is no gap in it. Returns as tn_cbor_get_map.
int tn_cbor_get_form(struct tn_cbor_in *in, const char *form, void *ret);

// True if the span holds exactly the characters of str.
bool tn_span_is(struct tn_span s, const char *str);

// ---- Writing ---------------------------------------------------------------------------

// A buffer that is being filled. When it is full, everything further is dropped and full stays
// true: look once, at the end.
struct tn_cbor_out {
    uint8_t *buf;
    size_t size;
    size_t len;
    bool full;
};

void tn_cbor_out_init(struct tn_cbor_out *out, void *buf, size_t size);
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

// Writes what the form says, of the values at values: a struct as for tn_cbor_get_form, whose
// members come in the form's order, without a gap.
void tn_cbor_put_form(struct tn_cbor_out *out, const char *form, const void *values);

// A pair whose key is a C string.
void tn_cbor_pair_uint(struct tn_cbor_out *out, const char *key, uint32_t v);
void tn_cbor_pair_bool(struct tn_cbor_out *out, const char *key, bool v);
void tn_cbor_pair_str(struct tn_cbor_out *out, const char *key, const char *str);

#endif

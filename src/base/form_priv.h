// SPDX-License-Identifier: Apache-2.0
// Parses forms, for reading and for writing.
#ifndef TN_BASE_FORM_PRIV_H
#define TN_BASE_FORM_PRIV_H

#include "base/cbor.h"

// The number of letters of the key at p; 0: there is no key.
static inline size_t tn_form_letters(const char *p) {
    size_t n = 0;

    while ((uint8_t)(p[n] - 'A') < 0x80 - 'A') {
        n++;
    }
    return n;
}

// A value's character is 0x20 plus the value's kind, plus 8 if it is a span.
static inline enum tn_cbor_kind tn_form_kind(char c) {
    return (enum tn_cbor_kind)(c & 7);
}

static inline bool tn_form_is_span(char c) {
    return c & 8;
}

// Bytes of the value in a struct.
static inline size_t tn_form_size(char c) {
    return tn_form_is_span(c) ? sizeof(struct tn_span) : sizeof(uint32_t);
}

#endif

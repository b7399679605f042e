// SPDX-License-Identifier: Apache-2.0
// Formats text into a buffer of a fixed size. What does not fit is dropped.
//
// Every formatter of a device writes through it, so that bounds are checked in one place.
#ifndef TN_BASE_TEXT_H
#define TN_BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

enum {
    TN_TEXT_UINT = 10,  // digits of the largest number
};

// Set buf and size, the rest to 0. The text is len bytes at buf, without a terminator.
struct tn_text {
    char *buf;
    size_t size;
    size_t len;
};

// Adds one character.
void tn_text_char(struct tn_text *t, char c);

// Adds a C string.
void tn_text_str(struct tn_text *t, const char *str);

// Adds a number in decimal, with leading zeros up to at least so many digits.
void tn_text_digits(struct tn_text *t, uint32_t v, size_t digits);

// The same without leading zeros.
static inline void tn_text_uint(struct tn_text *t, uint32_t v) {
    tn_text_digits(t, v, 1);
}

// Adds a number as eight hex digits.
void tn_text_hex(struct tn_text *t, uint32_t v);

TN_C_END

#endif

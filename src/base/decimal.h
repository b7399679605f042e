// SPDX-License-Identifier: Apache-2.0
// A number in decimal digits.
#ifndef TN_BASE_DECIMAL_H
#define TN_BASE_DECIMAL_H

#include <stddef.h>
#include <stdint.h>

enum {
    TN_DECIMAL_MAX = 10,  // digits of the largest number
};

// Writes the digits of v, no terminator. Returns how many.
size_t tn_decimal_put(char *buf, uint32_t v);

#endif

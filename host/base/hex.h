// SPDX-License-Identifier: Apache-2.0
// Hexadecimal digits in foreign text.
#ifndef TN_HOST_BASE_HEX_H
#define TN_HOST_BASE_HEX_H

#include "base/compiler.h"

TN_C_BEGIN

// The value of a digit, upper or lower case, or -1.
static inline int tn_hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

TN_C_END

#endif

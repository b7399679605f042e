// SPDX-License-Identifier: Apache-2.0
#include "base/decimal.h"

// v / 10 by shifts (Hacker's Delight, 10-8): a Cortex-M0 cannot divide, and 270 bytes of library
// that can are many.
static uint32_t tenth(uint32_t v) {
    uint32_t q = (v >> 1) + (v >> 2);

    q += q >> 4;
    q += q >> 8;
    q += q >> 16;
    q >>= 3;
    return q + (v - q * 10 > 9);
}

size_t tn_decimal_put(char *buf, uint32_t v) {
    char digits[TN_DECIMAL_MAX];
    size_t n = 0;
    size_t at = sizeof(digits);

    do {
        uint32_t rest = tenth(v);
        digits[--at] = (char)('0' + (v - rest * 10));
        v = rest;
    } while (v);
    while (at < sizeof(digits)) {
        buf[n++] = digits[at++];
    }
    return n;
}

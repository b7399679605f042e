// SPDX-License-Identifier: Apache-2.0
#include "base/decimal.h"

// By long division, a bit of the quotient a round: a Cortex-M0 cannot divide, and 270 bytes of
// library that can are many.
static uint32_t divide_by_10(uint32_t v, uint32_t *ret_rest) {
    uint32_t q = 0;

    for (uint32_t d = 10u << 28; d >= 10; d >>= 1) {
        q <<= 1;
        if (v >= d) {
            v -= d;
            q++;
        }
    }
    *ret_rest = v;
    return q;
}

size_t tn_decimal_put(char *buf, uint32_t v) {
    char digits[TN_DECIMAL_MAX];
    uint32_t digit;
    size_t n = 0;
    size_t at = sizeof(digits);

    do {
        v = divide_by_10(v, &digit);
        digits[--at] = (char)('0' + digit);
    } while (v);
    while (at < sizeof(digits)) {
        buf[n++] = digits[at++];
    }
    return n;
}

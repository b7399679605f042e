// SPDX-License-Identifier: Apache-2.0
#include "base/decimal.h"

size_t tn_decimal_put(char *buf, uint32_t v) {
    char digits[TN_DECIMAL_MAX];
    size_t n = 0;

    do {
        digits[n++] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    for (size_t i = 0; i < n; i++) {
        buf[i] = digits[n - 1 - i];
    }
    return n;
}

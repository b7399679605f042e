// SPDX-License-Identifier: Apache-2.0
#include "base/decimal.h"

#include "base/compiler.h"

// By subtraction: a Cortex-M0 cannot divide, and 270 bytes of library that can are many.
size_t tn_decimal_put(char *buf, uint32_t v) {
    static const uint32_t powers[] = {
            1000000000, 100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1};
    size_t n = 0;

    for (size_t i = 0; i < TN_LEN(powers); i++) {
        char digit = '0';
        for (; v >= powers[i]; v -= powers[i]) {
            digit++;
        }
        if (n || digit != '0' || powers[i] == 1) {
            buf[n++] = digit;
        }
    }
    return n;
}

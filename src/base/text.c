// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

void tn_text_char(struct tn_text *t, char c) {
    if (t->len < t->size) {
        t->buf[t->len++] = c;
    }
}

void tn_text_str(struct tn_text *t, const char *str) {
    while (*str) {
        tn_text_char(t, *str++);
    }
}

// Long division, one bit of the quotient per round: a Cortex-M0 has no division, and the library's
// takes 270 bytes.
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

void tn_text_digits(struct tn_text *t, uint32_t v, size_t digits) {
    char reversed[TN_TEXT_UINT];
    uint32_t digit;
    size_t n = 0;

    do {
        v = divide_by_10(v, &digit);
        reversed[n++] = (char)('0' + digit);
    } while (v);
    for (; digits > n; digits--) {
        tn_text_char(t, '0');
    }
    while (n) {
        tn_text_char(t, reversed[--n]);
    }
}

void tn_text_hex(struct tn_text *t, uint32_t v) {
    for (int shift = 28; shift >= 0; shift -= 4) {
        tn_text_char(t, "0123456789abcdef"[v >> shift & 15]);
    }
}

// SPDX-License-Identifier: Apache-2.0
#include "base/base64.h"

#include "base/compiler.h"
#include "base/err.h"

enum {
    NONE = 64,  // not a character of base64
};

// The alphabet, as runs: so many characters from this one on.
static const struct {
    uint8_t first;
    uint8_t count;
} runs[] = {{'A', 26}, {'a', 26}, {'0', 10}, {'+', 1}, {'/', 1}};

static char letter(unsigned v) {
    size_t i = 0;

    for (v &= 63; v >= runs[i].count; i++) {
        v -= runs[i].count;
    }
    return (char)(runs[i].first + v);
}

// The six bits of a character, or NONE.
static unsigned value(char c) {
    unsigned base = 0;

    for (size_t i = 0; i < TN_LEN(runs); i++) {
        unsigned nth = (unsigned)(uint8_t)c - runs[i].first;
        if (nth < runs[i].count) {
            return base + nth;
        }
        base += runs[i].count;
    }
    return NONE;
}

void tn_base64_put(char *out, const uint8_t *in, size_t n) {
    unsigned v = 0;

    for (size_t i = 0; i < 3; i++) {
        v = v << 8 | (i < n ? in[i] : 0);
    }
    for (size_t i = 4; i--; v >>= 6) {
        out[i] = i > n ? '=' : letter(v);
    }
}

int tn_base64_get(uint8_t *out, const char *in) {
    unsigned v = 0;
    int n = 3;

    for (size_t i = 0; i < 4; i++) {
        unsigned six = value(in[i]);
        if (in[i] == '=' && i >= 2) {
            n--;
            six = 0;
        } else if (six == NONE || n < 3) {
            return TN_EINVAL;
        }
        v = v << 6 | six;
    }
    for (size_t i = 3; i--; v >>= 8) {
        out[i] = (uint8_t)v;
    }
    return n;
}

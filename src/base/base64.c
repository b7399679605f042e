// SPDX-License-Identifier: Apache-2.0
#include "base/base64.h"

#include "base/err.h"

static char letter(unsigned v) {
    if (v < 26) {
        return (char)('A' + v);
    }
    if (v < 52) {
        return (char)('a' + v - 26);
    }
    if (v < 62) {
        return (char)('0' + v - 52);
    }
    return v == 62 ? '+' : '/';
}

// The six bits of a character; 64 if it is none of the alphabet.
static unsigned value(char c) {
    if (c >= 'A' && c <= 'Z') {
        return (unsigned)(c - 'A');
    }
    if (c >= 'a' && c <= 'z') {
        return (unsigned)(c - 'a') + 26;
    }
    if (c >= '0' && c <= '9') {
        return (unsigned)(c - '0') + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : 64;
}

size_t tn_base64_put(char *out, const uint8_t *in, size_t len) {
    char *o = out;

    for (size_t i = 0; i < len; i += 3) {
        size_t n = len - i;
        unsigned v = (unsigned)in[i] << 16;
        if (n > 1) {
            v |= (unsigned)in[i + 1] << 8;
        }
        if (n > 2) {
            v |= in[i + 2];
        }
        *o++ = letter(v >> 18);
        *o++ = letter(v >> 12 & 63);
        *o++ = n > 1 ? letter(v >> 6 & 63) : '=';
        *o++ = n > 2 ? letter(v & 63) : '=';
    }
    return (size_t)(o - out);
}

int tn_base64_get(uint8_t *out, const char *in, size_t len) {
    int n = 0;

    if (len % 4) {
        return TN_EINVAL;
    }
    for (size_t i = 0; i < len; i += 4) {
        unsigned v = 0;
        int pad = 0;
        for (size_t k = 0; k < 4; k++) {
            char c = in[i + k];
            unsigned six = value(c);
            if (c == '=' && k >= 2 && i + 4 == len) {
                pad++;
                six = 0;
            } else if (six > 63 || pad) {
                return TN_EINVAL;
            }
            v = v << 6 | six;
        }
        out[n++] = (uint8_t)(v >> 16);
        if (pad < 2) {
            out[n++] = (uint8_t)(v >> 8);
        }
        if (pad < 1) {
            out[n++] = (uint8_t)v;
        }
    }
    return n;
}

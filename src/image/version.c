// SPDX-License-Identifier: Apache-2.0
// A version in words.
#include "image/format.h"

static char *put_number(char *p, uint32_t v) {
    char digits[10];
    size_t n = 0;

    do {
        digits[n++] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    while (n) {
        *p++ = digits[--n];
    }
    return p;
}

size_t tn_version_text(char *buf, const struct tn_version *v) {
    char *p = put_number(buf, v->major);

    *p++ = '.';
    p = put_number(p, v->minor);
    *p++ = '.';
    p = put_number(p, v->revision);
    if (v->build) {
        *p++ = '.';
        p = put_number(p, v->build);
    }
    *p = '\0';
    return (size_t)(p - buf);
}

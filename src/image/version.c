// SPDX-License-Identifier: Apache-2.0
// A version in words.
#include "base/decimal.h"
#include "image/format.h"

size_t tn_version_text(char *buf, const struct tn_version *v) {
    const uint32_t parts[] = {v->major, v->minor, v->revision, v->build};
    size_t count = v->build ? 4 : 3;
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        if (i) {
            buf[n++] = '.';
        }
        n += tn_decimal_put(buf + n, parts[i]);
    }
    buf[n] = '\0';
    return n;
}

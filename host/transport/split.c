// SPDX-License-Identifier: Apache-2.0
// A console line begins with two marker bytes, 06 09 or 04 14, and ends with a newline
// (doc/reference/smp.md section 8). It may begin in the middle of a line of text.
#include "host/transport/split.h"

#include "base/compiler.h"

static const uint8_t markers[][2] = {{6, 9}, {4, 20}};

static bool begins_marker(uint8_t b) {
    return b == markers[0][0] || b == markers[1][0];
}

static bool is_marker(uint8_t a, uint8_t b) {
    for (size_t i = 0; i < TN_LEN(markers); i++) {
        if (markers[i][0] == a && markers[i][1] == b) {
            return true;
        }
    }
    return false;
}

struct tn_split_out tn_split_byte(struct tn_split *s, uint8_t b) {
    struct tn_split_out out = {.is_smp = s->in_line};
    uint8_t before = s->marker;

    if (s->in_line) {
        s->in_line = b != '\n';
        out.bytes[out.len++] = b;
        return out;
    }
    s->marker = 0;
    if (before) {
        out.bytes[out.len++] = before;
        s->in_line = out.is_smp = is_marker(before, b);
    }
    if (out.is_smp || !begins_marker(b)) {
        out.bytes[out.len++] = b;
    } else {
        s->marker = b;
    }
    return out;
}

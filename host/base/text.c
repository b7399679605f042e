// SPDX-License-Identifier: Apache-2.0
// Control sequences as in ECMA-48, sections 5.3 to 5.6: ESC and a byte; CSI (ESC [) with parameters
// up to a final byte from 0x40 to 0x7e; strings (ESC ] and its like) up to BEL or ESC \. UTF-8 as
// in RFC 3629, without the control characters U+0080 to U+009F.
#include "host/base/text.h"

#include <stdbool.h>
#include <string.h>

enum state {
    PLAIN,
    ESCAPE,      // behind ESC
    CSI,         // behind ESC [
    STRING,      // behind ESC ] P X ^ _
    STRING_END,  // in a string, behind ESC
};

enum {
    BEL = 7,
    ESC = 0x1b,
};

// A byte inside a sequence. Returns true if the byte belongs to it.
static bool in_sequence(struct tn_clean *c, uint8_t b) {
    switch (c->state) {
    case ESCAPE:
        c->state = b == '[' ? CSI : b && memchr("]PX^_", b, 5) ? STRING : PLAIN;
        // A newline or another ESC ends a broken sequence, and counts itself.
        return b >= 0x20 && b < 0x7f;
    case CSI:
        c->state = b >= 0x40 && b < 0x7f ? PLAIN : CSI;
        if (b < 0x20) {
            c->state = PLAIN;
            return false;
        }
        return true;
    case STRING:
        c->state = b == BEL || b == '\n' ? PLAIN : b == ESC ? STRING_END : STRING;
        return b != '\n';
    case STRING_END:
        c->state = PLAIN;
        return true;
    default:
        return false;
    }
}

// The length of a character by its first byte; 0: no such first byte.
static uint8_t utf8_len(uint8_t b) {
    return b >= 0xc2 && b < 0xe0 ? 2 : b >= 0xe0 && b < 0xf0 ? 3 : b >= 0xf0 && b < 0xf5 ? 4 : 0;
}

// No longer than needed, no surrogate, at most U+10FFFF, and no control character. The second byte
// decides.
static bool is_second(uint8_t first, uint8_t b) {
    uint8_t low = first == 0xe0 || first == 0xc2 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    uint8_t high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;

    return b >= low && b <= high;
}

// A byte of an unfinished character.
static bool continues(const struct tn_clean *c, uint8_t b) {
    return c->len == 1 ? is_second(c->bytes[0], b) : b >= 0x80 && b <= 0xbf;
}

static size_t ascii(uint8_t b, char *out) {
    *out = (b >= 0x20 && b < 0x7f) || b == '\n' || b == '\t' ? (char)b : '?';
    return b != '\r';
}

size_t tn_clean_byte(struct tn_clean *c, uint8_t b, char *out) {
    size_t n = 0;

    if (c->want && continues(c, b)) {
        c->bytes[c->len++] = b;
        if (c->len < c->want) {
            return 0;
        }
        memcpy(out, c->bytes, c->len);
        c->want = 0;
        return c->len;
    }
    if (c->want) {
        c->want = 0;
        out[n++] = '?';  // for the character that has no end
    }
    if (in_sequence(c, b)) {
        return n;
    }
    if (b == ESC) {
        c->state = ESCAPE;
        return n;
    }
    if (utf8_len(b)) {
        c->want = utf8_len(b);
        c->bytes[0] = b;
        c->len = 1;
        return n;
    }
    return n + ascii(b, out + n);
}

static void copy(char *ret, size_t size, struct tn_span text, bool lines) {
    struct tn_clean c = {0};
    size_t n = 0;

    for (size_t i = 0; i < text.len; i++) {
        char out[TN_CLEAN_OUT];
        size_t k = tn_clean_byte(&c, text.ptr[i], out);
        if (n + k >= size) {
            break;
        }
        memcpy(ret + n, out, k);
        if (!lines && k == 1 && (out[0] == '\n' || out[0] == '\t')) {
            ret[n] = '?';
        }
        n += k;
    }
    if (c.want && n + 1 < size) {
        ret[n++] = '?';
    }
    ret[n] = 0;
}

void tn_text_copy(char *ret, size_t size, struct tn_span text) {
    copy(ret, size, text, false);
}

void tn_lines_copy(char *ret, size_t size, struct tn_span text) {
    copy(ret, size, text, true);
}

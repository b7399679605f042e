// SPDX-License-Identifier: Apache-2.0
// A record is a line: ':' count address(2) type data(count) checksum, all in hex digits; the
// sum of its bytes is 0. Data addresses are 16 bits and relative to the last base record.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "host/base/hex.h"
#include "host/files/segments.h"

enum { DATA = 0, END = 1, SEGMENT_BASE = 2, LINEAR_BASE = 4, START_LINEAR = 5 };
enum { RECORD_MAX = 5 + 255 };

struct parser {
    struct tn_segments *out;
    const char *name;
    unsigned line;
    uint32_t base;
    bool ended;
};

// All syntax errors have one kind. The line number helps to find them.
static int bad(const struct parser *p, struct tn_fault *f, const char *why) {
    return tn_fail(f, TN_FAULT_MALFORMED,
            "%s: line %u: %s, so this is no sound Intel HEX file; build or copy it again", p->name,
            p->line, why);
}

// Converts the digits of one line to bytes. Returns their number, or -1.
static int decode(uint8_t *out, const char *text, size_t len) {
    if (len % 2 || len / 2 > RECORD_MAX) {
        return -1;
    }
    for (size_t i = 0; i < len / 2; i++) {
        int high = tn_hex_digit(text[2 * i]);
        int low = tn_hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0) {
            return -1;
        }
        out[i] = (uint8_t)(high << 4 | low);
    }
    return (int)(len / 2);
}

// Reads a record, and checks its length and checksum.
static int take_record(struct parser *p, const uint8_t *rec, struct tn_fault *f) {
    uint8_t count = rec[0];
    uint16_t addr = tn_get_be16(rec + 1);
    const uint8_t *data = rec + 4;

    switch (rec[3]) {
    case DATA:
        if (addr + count > 0x10000) {
            return bad(p, f, "a record that wraps around 64 KiB");
        }
        return tn_segments_add(p->out, p->base + addr, data, count, p->name, f);
    case END:
        p->ended = true;
        return 0;
    case SEGMENT_BASE:
    case LINEAR_BASE:
        if (count != 2) {
            return bad(p, f, "a base record of a wrong length");
        }
        p->base = (uint32_t)tn_get_be16(data) << (rec[3] == LINEAR_BASE ? 16 : 4);
        return 0;
    default:
        return rec[3] <= START_LINEAR ? 0 : bad(p, f, "an unknown record type");
    }
}

// Reads a line without its newline; skips empty lines.
static int take_line(struct parser *p, const char *text, size_t len, struct tn_fault *f) {
    uint8_t rec[RECORD_MAX];
    uint8_t sum = 0;

    while (len && (text[len - 1] == '\r' || text[len - 1] == ' ' || text[len - 1] == '\t')) {
        len--;
    }
    if (len == 0) {
        return 0;
    }
    if (p->ended) {
        return bad(p, f, "data behind the end record");
    }
    if (text[0] != ':') {
        return bad(p, f, "does not begin with a colon");
    }
    int n = decode(rec, text + 1, len - 1);
    if (n < 5 || n != 5 + rec[0]) {
        return bad(p, f, "a record that is cut off or too long");
    }
    for (int i = 0; i < n; i++) {
        sum = (uint8_t)(sum + rec[i]);
    }
    if (sum) {
        return bad(p, f, "a wrong checksum");
    }
    return take_record(p, rec, f);
}

int tn_ihex_parse(
        struct tn_segments *s, const char *text, size_t len, const char *name, struct tn_fault *f) {
    struct parser p = {.out = s, .name = name};
    const char *end = text + len;

    // Some editors on Windows put a byte order mark in front of a text.
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
    }
    while (text < end) {
        const char *nl = memchr(text, '\n', (size_t)(end - text));
        size_t n = (size_t)((nl ? nl : end) - text);
        p.line++;
        if (take_line(&p, text, n, f)) {
            return -1;
        }
        text += n + (nl ? 1 : 0);
    }
    if (!p.ended) {
        return tn_fail(f, TN_FAULT_TRUNCATED,
                "%s: ends without an end record, so it was cut off; build or copy it again", name);
    }
    return 0;
}

// Writes one record and its newline. Returns the number of characters.
static size_t put_record(char *out, uint8_t type, uint16_t addr, const uint8_t *data, size_t len) {
    uint8_t sum = (uint8_t)(len + (addr >> 8) + addr + type);
    int n = sprintf(out, ":%02zX%04X%02X", len, addr, type);

    for (size_t i = 0; i < len; i++) {
        sum = (uint8_t)(sum + data[i]);
        n += sprintf(out + n, "%02X", data[i]);
    }
    n += sprintf(out + n, "%02X\n", (uint8_t)-sum);
    return (size_t)n;
}

// *base is the upper half of the address that the last base record set.
static size_t put_segment(char *out, const struct tn_segment *s, uint32_t *base) {
    size_t n = 0;

    for (size_t i = 0; i < s->bytes.len;) {
        uint32_t addr = s->addr + (uint32_t)i;
        if (addr >> 16 != *base) {
            uint8_t high[2];
            *base = addr >> 16;
            tn_put_be16(high, (uint16_t)*base);
            n += put_record(out + n, LINEAR_BASE, 0, high, 2);
        }
        // A record must not cross 64 KiB: the lower half of the address would wrap around.
        uint32_t len = tn_min(16 - addr % 16, (uint32_t)(s->bytes.len - i));
        n += put_record(out + n, DATA, (uint16_t)addr, s->bytes.p + i, len);
        i += len;
    }
    return n;
}

int tn_ihex_format(const struct tn_segments *s, struct tn_buf *ret, struct tn_fault *f) {
    size_t size = 32;  // the end record
    uint32_t base = 0;

    // At most 44 characters for 16 bytes, one short record at each end, and a base record for each
    // 64 KiB.
    for (size_t i = 0; i < s->n; i++) {
        size_t len = s->list[i].bytes.len;
        size += (len / 16 + 2) * 44 + (len / 65536 + 2) * 16;
    }
    char *text = malloc(size);
    if (!text) {
        return tn_fail_memory(f);
    }
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        n += put_segment(text + n, &s->list[i], &base);
    }
    n += put_record(text + n, END, 0, NULL, 0);
    *ret = (struct tn_buf){(uint8_t *)text, n};
    return 0;
}

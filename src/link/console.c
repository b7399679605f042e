// SPDX-License-Identifier: Apache-2.0
// Searches for a marker at every byte, not only behind a newline: log text without a newline, or a
// line that was cut off, costs at most the line that follows it directly.
#include "link/console.h"

#include <string.h>

#include "base/base64.h"
#include "base/bytes.h"
#include "base/crc.h"

enum {
    FIRST_1 = 0x06,  // a frame's first line begins with these two
    FIRST_2 = 0x09,
    NEXT_1 = 0x04,  // and each further line with these
    NEXT_2 = 0x14,
    RAW_PER_LINE = (TN_CONSOLE_LINE - 3) / 4 * 3,
};

// Drops the frame. Further lines count only after a new first line.
static void drop(struct tn_console *c) {
    c->len = 0;
    c->in_line = false;
}

// Behind a marker. A further line without the start of its frame counts as text, and so does one
// inside another line, which was cut off.
static void begin_line(struct tn_console *c, bool first) {
    if (first || c->in_line) {
        drop(c);
    }
    c->nquad = 0;
    c->in_line = first || c->len;
}

static void decode_quad(struct tn_console *c) {
    uint8_t raw[3];
    int n = tn_base64_get(raw, c->quad);

    c->nquad = 0;
    if (n < 0 || (size_t)n > c->size - c->len) {
        drop(c);
        return;
    }
    memcpy(c->buf + c->len, raw, (size_t)n);
    c->len += (size_t)n;
}

static void end_line(struct tn_console *c) {
    c->in_line = false;
    if (c->nquad) {
        drop(c);
        return;
    }
    size_t frame = 2u + tn_get_be16(c->buf);
    if (c->len < frame) {
        return;  // more lines to come; so it is, too, while the length itself is not complete
    }
    c->whole = c->len == frame && frame >= TN_CONSOLE_OVERHEAD &&
            tn_crc16(0, c->buf + 2, frame - 2) == 0;
    if (!c->whole) {
        drop(c);
    }
}

static void feed_byte(struct tn_console *c, uint8_t b) {
    uint8_t before = c->before;

    c->before = b;
    if (before == FIRST_1 && b == FIRST_2) {
        begin_line(c, true);
    } else if (before == NEXT_1 && b == NEXT_2) {
        begin_line(c, false);
    } else if (c->in_line && b == '\n') {
        end_line(c);
    } else if (c->in_line && b != '\r') {
        c->quad[c->nquad++] = (char)b;
        if (c->nquad == sizeof(c->quad)) {
            decode_quad(c);
        }
    }
}

void tn_console_forget(struct tn_console *c) {
    c->whole = false;
    drop(c);
}

static void feed(void *link, int byte, uint32_t now_ms, struct tn_span *ret_pkt) {
    struct tn_console *c = link;

    (void)now_ms;
    if (byte < 0) {
        return;  // a line may pause
    }
    if (c->whole) {
        tn_console_forget(c);
    }
    feed_byte(c, (uint8_t)byte);
    if (c->whole) {
        *ret_pkt = (struct tn_span){c->buf + 2, c->len - TN_CONSOLE_OVERHEAD};
    }
}

size_t tn_console_feed(struct tn_console *c, const void *bytes, size_t len) {
    const uint8_t *p = bytes;
    struct tn_span pkt;
    size_t n = 0;

    if (c->whole) {
        tn_console_forget(c);
    }
    while (n < len && !c->whole) {
        feed(c, p[n++], 0, &pkt);
    }
    return n;
}

const uint8_t *tn_console_packet(const struct tn_console *c, size_t *ret_len) {
    if (!c->whole) {
        return NULL;
    }
    *ret_len = c->len - TN_CONSOLE_OVERHEAD;
    return c->buf + 2;
}

static void send(void *link, const uint8_t *pkt, size_t len) {
    struct tn_console *c = link;

    c->out = pkt;
    c->out_len = len;
    c->out_pos = 0;
    c->out_crc = tn_crc16(0, pkt, len);
}

// Byte i of the frame: length, packet, CRC.
static uint8_t frame_byte(const struct tn_console *c, size_t i) {
    size_t shown = c->out_len + 2;

    if (i >= 2 && i < shown) {
        return c->out[i - 2];
    }
    size_t number = i < 2 ? shown : c->out_crc;
    return (uint8_t)(i == 0 || i == shown ? number >> 8 : number);
}

static size_t take(void *link, void *out) {
    struct tn_console *c = link;
    char *line = out;
    size_t frame = c->out_len + TN_CONSOLE_OVERHEAD;
    size_t n = 2;

    if (!c->out) {
        return 0;
    }
    line[0] = c->out_pos ? NEXT_1 : FIRST_1;
    line[1] = c->out_pos ? NEXT_2 : FIRST_2;
    for (size_t end = c->out_pos + RAW_PER_LINE; c->out_pos < end && c->out_pos < frame;) {
        uint8_t raw[3];
        size_t k = 0;
        while (k < 3 && c->out_pos < frame) {
            raw[k++] = frame_byte(c, c->out_pos++);
        }
        tn_base64_put(line + n, raw, k);
        n += 4;
    }
    line[n++] = '\n';
    if (c->out_pos == frame) {
        c->out = NULL;
    }
    return n;
}

const struct tn_framing tn_console_framing = {feed, send, take, NULL};

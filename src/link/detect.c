// SPDX-License-Identifier: Apache-2.0
// Every byte goes to both framings until one of them is certain. Neither disturbs the other. A
// console line holds no zero byte, and no bare packet starts without one. The start of a bare
// packet stays outside of the shared buffer until it is certain. From then on, the bytes of a bare
// packet belong to it, whatever they look like.
//
// A bare packet that was cut off swallows what follows. If it is still incomplete when the line
// falls silent, its bytes are read again, as lines. If it was completed by the middle of a console
// frame, its last bytes are the start of that frame. Such a packet is doubted. If the frame goes
// on, or is whole when the line falls silent, the packet was cut off. If something else comes, or
// silence, the packet counts. A packet with a correct checksum is never doubted.
#include "link/detect.h"

#include "base/base64.h"
#include "base/crc.h"

enum {
    FIRST_1 = 0x06,  // a console frame's first line begins with these two (link/console.c)
    FIRST_2 = 0x09,
    NEXT_1 = 0x04,
    NEXT_2 = 0x14,
};

// ---- Lines within a bare packet ----------------------------------------------------------

// The position in a console frame, as far as its characters show.
enum place {
    NOWHERE,
    IN_FIRST,   // behind the first byte of the frame's marker
    IN_LINE,    // inside the base64
    LINE_ENDS,  // behind the newline of a line
    IN_NEXT,    // behind the first byte of the next line's marker
};

static bool is_base64(uint8_t b) {
    uint8_t lower = b | 0x20;

    return (lower >= 'a' && lower <= 'z') || (b >= '0' && b <= '9') || b == '+' || b == '/' ||
            b == '=';
}

static enum place move(enum place at, uint8_t b) {
    if (at == IN_LINE && (is_base64(b) || b == '\r')) {
        return IN_LINE;
    }
    if (at == IN_LINE && b == '\n') {
        return LINE_ENDS;
    }
    if ((at == IN_FIRST && b == FIRST_2) || (at == IN_NEXT && b == NEXT_2)) {
        return IN_LINE;
    }
    if (at == LINE_ENDS && b == NEXT_1) {
        return IN_NEXT;
    }
    return b == FIRST_1 ? IN_FIRST : NOWHERE;
}

// Finds out whether a console frame, whole or not, ends the packet. *ret: where it starts.
static enum place find_frame(const uint8_t *p, size_t len, size_t *ret) {
    enum place at = NOWHERE;

    for (size_t i = 1; i < len; i++) {
        at = move(at, p[i]);
        if (at == IN_FIRST) {
            *ret = i;
        }
    }
    return at;
}

// True if this is one whole console frame. Changes no byte.
static bool is_frame(const uint8_t *p, size_t len) {
    size_t bytes = 0;  // of the frame, behind its length
    size_t want = 0;   // according to its length field
    size_t n = 0;
    char quad[4];
    uint16_t crc = 0;

    for (size_t i = 2; i + 1 < len; i++) {
        if (p[i - 1] == '\n' && p[i] == NEXT_1 && p[i + 1] == NEXT_2) {
            i++;  // the next line's marker
        } else if (p[i] != '\r' && p[i] != '\n') {
            quad[n++] = (char)p[i];
        }
        if (n == sizeof(quad)) {
            uint8_t raw[3];
            int k = tn_base64_get(raw, quad);
            size_t skip = want || bytes ? 0 : 2;
            n = 0;
            if (k < (int)skip) {
                return false;
            }
            want = skip ? tn_get_be16(raw) : want;
            crc = tn_crc16(crc, raw + skip, (size_t)k - skip);
            bytes += (size_t)k - skip;
        }
    }
    return len > 2 && p[len - 1] == '\n' && !n && want && bytes == want && !crc;
}

// Drops the bare packet, and reads its bytes from here on as lines.
static void reread(struct tn_detect *d, size_t from) {
    const uint8_t *p = d->buf + from;  // decoding a line makes it shorter
    size_t left = d->raw.len - from;
    size_t ignored;

    tn_raw_forget(&d->raw);
    tn_console_forget(&d->console);
    d->doubted = false;
    while (left && !tn_console_packet(&d->console, &ignored)) {
        size_t n = tn_console_feed(&d->console, p, left);
        p += n;
        left -= n;
    }
}

// ---- Receiving ---------------------------------------------------------------------------

// A byte that belongs to no certain bare packet.
static void feed_both(struct tn_detect *d, const uint8_t *b) {
    size_t len;

    tn_raw_feed(&d->raw, b, 1);
    if (d->raw.len) {
        tn_console_forget(&d->console);  // buf, which holds its half frame, is overwritten
        return;
    }
    tn_console_feed(&d->console, b, 1);
    if (tn_console_packet(&d->console, &len)) {
        tn_raw_forget(&d->raw);
        tn_raw_feed(&d->raw, b, 1);  // if its newline was lost, this byte starts a request
    }
}

const uint8_t *tn_detect_packet(const struct tn_detect *d, size_t *ret_len) {
    const uint8_t *pkt = d->doubted ? NULL : tn_raw_packet(&d->raw, ret_len);

    return pkt ? pkt : tn_console_packet(&d->console, ret_len);
}

// Notes the framing of the packet that is ready. False if there is none.
static bool note(struct tn_detect *d) {
    size_t len;

    if (!tn_detect_packet(d, &len)) {
        return false;
    }
    d->is_raw = !tn_console_packet(&d->console, &len);
    return true;
}

// Handles the byte behind a doubted packet. True if a packet is ready and the byte was not used.
static bool settle(struct tn_detect *d, uint8_t b) {
    size_t from = 0;
    enum place at = find_frame(d->buf, d->raw.len, &from);

    if (move(at, b) != NOWHERE) {
        reread(d, from);
    }
    d->doubted = false;
    return note(d);
}

size_t tn_detect_feed(struct tn_detect *d, const void *bytes, size_t len) {
    const uint8_t *p = bytes;
    size_t n = 0;
    bool whole = false;
    size_t raw_len;
    size_t from = 0;

    d->console.buf = d->raw.buf = d->buf;
    d->console.size = d->raw.size = d->size;
    if (len && !d->doubted) {
        tn_console_feed(&d->console, p, 0);  // the last packet is no longer needed
        tn_raw_feed(&d->raw, p, 0);
    }
    while (n < len && !whole) {
        if (d->doubted) {
            whole = settle(d, p[n]);
            continue;
        }
        if (tn_raw_is_inside(&d->raw)) {
            n += tn_raw_feed(&d->raw, p + n, len - n);
        } else {
            feed_both(d, p + n++);
        }
        d->doubted = tn_raw_packet(&d->raw, &raw_len) && !d->raw.sealed &&
                find_frame(d->buf, raw_len, &from) != NOWHERE;
        whole = note(d);
    }
    return n;
}

void tn_detect_idle(struct tn_detect *d) {
    size_t len;
    size_t from = 0;

    if (tn_detect_packet(d, &len)) {
        return;
    }
    if (d->doubted) {
        d->doubted = false;
        find_frame(d->buf, d->raw.len, &from);
        if (is_frame(d->buf + from, d->raw.len - from)) {
            reread(d, from);
        }
    } else if (d->raw.len) {
        reread(d, 1);
    } else {
        tn_raw_idle(&d->raw);
    }
    if (note(d) && d->is_raw) {
        tn_console_forget(&d->console);
    }
}

// ---- Sending -----------------------------------------------------------------------------

void tn_detect_send(struct tn_detect *d, const uint8_t *pkt, size_t len) {
    bool raw = d->is_raw;

    tn_console_send(&d->console, raw ? NULL : pkt, raw ? 0 : len);
    tn_raw_send(&d->raw, pkt, raw ? len : 0);
}

size_t tn_detect_take(struct tn_detect *d, void *out) {
    return d->raw.out_len ? tn_raw_take(&d->raw, out) : tn_console_take(&d->console, out);
}

// ---- The row -----------------------------------------------------------------------------

static void feed(void *link, int byte, uint32_t now_ms, struct tn_span *ret_pkt) {
    struct tn_detect *d = link;
    uint8_t b = (uint8_t)byte;
    bool is_silent = tn_raw_is_silent(&d->raw, byte, now_ms);
    size_t len;

    if (d->has_kept) {
        tn_detect_feed(d, &d->kept, 1);
        d->has_kept = false;
    }
    if (byte >= 0) {
        d->has_kept = !tn_detect_feed(d, &b, 1);
        d->kept = b;
    } else if (!is_silent || tn_detect_packet(d, &len)) {
        return;  // a whole packet was already reported
    } else {
        tn_detect_idle(d);
    }
    const uint8_t *pkt = tn_detect_packet(d, &ret_pkt->len);
    if (pkt) {
        ret_pkt->ptr = pkt;
    }
}

static void send(void *link, const uint8_t *pkt, size_t len) {
    tn_detect_send(link, pkt, len);
}

static size_t take(void *link, void *out) {
    return tn_detect_take(link, out);
}

static bool takes_text(const void *link) {
    return !tn_detect_is_raw(link);
}

const struct tn_framing tn_detect_framing = {feed, send, take, takes_text};

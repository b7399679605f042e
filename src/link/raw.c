// SPDX-License-Identifier: Apache-2.0
// Bare packets have no marker. So a start counts only once ten bytes in a row fit together: one of
// the few values of the first byte, flags of 0, a length that the buffer holds, and a body that is
// a map whose first key is text. Until then the bytes stay in head, so that a wrong guess costs one
// byte and not what follows it.
//
// Two cases are ambiguous. A newline (0a), which clients send to end a stuck console line, is also
// the first byte of a write request of version 2: if the byte behind it starts a header as well,
// the tenth byte decides. A request without a body may be anything, since zeros are frequent, in
// images and while a line is being plugged in: it counts only if silence follows it and no garbage
// came before it.
#include "link/raw.h"

#include <string.h>

#include "base/bytes.h"

enum {
    HEADER = 8,
    RESPONSE = 1,  // bit of the first byte
    MAP = 0xa0,    // CBOR's major types 5 and 3, and the first byte of an indefinite map
    TEXT = 0x60,
    MAJOR = 0xe0,
    OPEN_MAP = 0xbf,
    BREAK = 0xff,
    SILENCE_MS = 300,  // no client pauses this long inside a packet
};

// ---- The start of a packet ---------------------------------------------------------------

// The first byte: operation (read, write or their responses), any version, reserved bits 0. The
// server answers versions that it does not know with an error.
static bool may_be_first(const struct tn_raw *r, uint8_t b) {
    return (b & ~0x1b) == 0 && (b & RESPONSE) == (r->client ? RESPONSE : 0);
}

// The first n bytes of a body of len bytes.
static bool may_be_body(const uint8_t *p, size_t n, size_t len) {
    if (n && len == 1) {
        return p[0] == MAP;
    }
    if (n && (p[0] & MAJOR) != MAP) {
        return false;
    }
    // Behind the long head of a map (b8 and on) comes its number of pairs, which may be any byte.
    bool key_is_next = n > 1 && (p[0] < 0xb8 || p[0] == OPEN_MAP);
    return !key_is_next || (p[1] & MAJOR) == TEXT || (p[0] == OPEN_MAP && p[1] == BREAK);
}

static bool may_begin(const struct tn_raw *r) {
    const uint8_t *h = r->head;
    size_t n = r->nhead;

    if (!may_be_first(r, h[0]) || (n > 1 && h[1])) {
        return false;
    }
    if (n < 4) {
        return true;
    }
    size_t len = tn_get_be16(h + 2);
    if (len > r->size - HEADER) {
        return false;
    }
    if (len == 0) {
        return n <= HEADER;
    }
    return n <= HEADER || may_be_body(h + HEADER, n - HEADER, len);
}

// ---- Receiving -------------------------------------------------------------------------

void tn_raw_forget(struct tn_raw *r) {
    r->nhead = 0;
    r->len = 0;
    r->lost = r->whole = false;
}

// Collects more bytes of the packet in buf.
static void collect(struct tn_raw *r, const uint8_t *p, size_t n) {
    memcpy(r->buf + r->len, p, n);
    r->len += n;
    r->whole = r->len == r->need;
    if (r->whole) {
        int seal = tn_seal_look(r->buf, r->len);
        r->sealed = seal > 0;
        if (seal < 0) {
            tn_raw_forget(r);
        }
    }
}

// The start of the packet is certain.
static void begin(struct tn_raw *r) {
    size_t n = r->nhead;

    r->need = HEADER + tn_get_be16(r->head + 2);
    r->nhead = 0;
    collect(r, r->head, n);
}

static void hunt(struct tn_raw *r, uint8_t b) {
    r->head[r->nhead++] = b;
    while (r->nhead && !may_begin(r)) {
        r->lost = r->lost || (r->head[0] != '\n' && r->head[0] != '\r');
        r->nhead--;
        memmove(r->head, r->head + 1, r->nhead);
    }
    if (r->nhead < HEADER) {
        return;
    }
    size_t body = tn_get_be16(r->head + 2);
    if (body && r->nhead == HEADER + tn_min((uint32_t)body, 2)) {
        begin(r);
    }
}

size_t tn_raw_feed(struct tn_raw *r, const void *bytes, size_t len) {
    const uint8_t *p = bytes;
    size_t n = 0;

    if (r->whole) {
        tn_raw_forget(r);
    }
    while (n < len && !r->whole) {
        if (!r->len) {
            hunt(r, p[n++]);
            continue;
        }
        size_t k = tn_min((uint32_t)(len - n), (uint32_t)(r->need - r->len));
        collect(r, p + n, k);
        n += k;
    }
    return n;
}

const uint8_t *tn_raw_packet(const struct tn_raw *r, size_t *ret_len) {
    if (!r->whole) {
        return NULL;
    }
    *ret_len = r->len;
    return r->buf;
}

void tn_raw_idle(struct tn_raw *r) {
    if (r->whole) {
        return;
    }
    if (r->nhead == HEADER && tn_get_be16(r->head + 2) == 0 && !r->lost) {
        begin(r);
    } else {
        tn_raw_forget(r);
    }
}

// ---- Sending ---------------------------------------------------------------------------

// An answer gets a checksum if its request had one. A client has already added its own.
void tn_raw_send(struct tn_raw *r, const uint8_t *pkt, size_t len) {
    bool seals = r->sealed && !r->client && len > HEADER && pkt[len - 1] == BREAK;

    r->out = pkt;
    r->out_pos = 0;
    r->out_len = seals ? len + TN_SEAL_LEN : len;
    r->plain_end = seals ? len - 1 : len;
    if (seals) {
        tn_seal_around(&r->seal, pkt, len);
    } else if (len) {
        memcpy(r->seal.head, pkt, TN_SEAL_HEAD);
    }
}

// Byte i of the packet to send.
static uint8_t out_byte(const struct tn_raw *r, size_t i) {
    if (i < TN_SEAL_HEAD) {
        return r->seal.head[i];
    }
    return i < r->plain_end ? r->out[i] : r->seal.tail[i - r->plain_end];
}

size_t tn_raw_take(struct tn_raw *r, void *out) {
    uint8_t *p = out;
    size_t n = tn_min((uint32_t)r->out_len, TN_RAW_PIECE);

    for (size_t i = 0; i < n; i++) {
        p[i] = out_byte(r, r->out_pos++);
    }
    r->out_len -= n;
    return n;
}

// ---- The row -----------------------------------------------------------------------------

bool tn_raw_is_silent(struct tn_raw *r, int byte, uint32_t now_ms) {
    bool is_silent = byte < 0 && now_ms - r->heard_ms >= SILENCE_MS;

    if (byte >= 0 || is_silent) {
        r->heard_ms = now_ms;
    }
    return is_silent;
}

static void feed(void *link, int byte, uint32_t now_ms, struct tn_span *ret_pkt) {
    struct tn_raw *r = link;
    uint8_t b = (uint8_t)byte;
    bool is_silent = tn_raw_is_silent(r, byte, now_ms);

    if (byte >= 0) {
        tn_raw_feed(r, &b, 1);
    } else if (!is_silent || r->whole) {
        return;  // a whole packet was already reported
    } else {
        tn_raw_idle(r);
    }
    const uint8_t *pkt = tn_raw_packet(link, &ret_pkt->len);
    if (pkt) {
        ret_pkt->ptr = pkt;
    }
}

static void send(void *link, const uint8_t *pkt, size_t len) {
    tn_raw_send(link, pkt, len);
}

static size_t take(void *link, void *out) {
    return tn_raw_take(link, out);
}

static bool takes_text(const void *link) {
    (void)link;
    return false;
}

const struct tn_framing tn_raw_framing = {feed, send, take, takes_text};

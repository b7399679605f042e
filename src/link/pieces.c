// SPDX-License-Identifier: Apache-2.0
#include "link/pieces.h"

#include <string.h>

#include "base/bytes.h"

enum {
    HEADER = 8,
};

// Appends bytes until buf holds upto. Returns how many.
static size_t fill(struct tn_pieces *p, const uint8_t *bytes, size_t n, size_t upto) {
    size_t k = tn_min((uint32_t)n, (uint32_t)(upto - p->len));

    memcpy(p->buf + p->len, bytes, k);
    p->len += k;
    return k;
}

// Bits 7 to 5 of the first byte are reserved. There is no operation above 3.
static bool may_begin(uint8_t first) {
    return (first & 0xe4) == 0;
}

// Reads the bytes that belong to one packet.
static size_t feed_packet(struct tn_pieces *p, const uint8_t *bytes, size_t n) {
    size_t used = p->len < HEADER ? fill(p, bytes, n, HEADER) : 0;

    if (p->len < HEADER) {
        return used;
    }
    size_t need = HEADER + (size_t)tn_get_be16(p->buf + 2);
    if (need > p->size) {
        p->refused = true;
        p->skip = need - HEADER;
        p->len = 0;
        return used;
    }
    used += fill(p, bytes + used, n - used, need);
    p->whole = p->len == need;
    return used;
}

size_t tn_pieces_feed(struct tn_pieces *p, const void *piece, size_t len) {
    const uint8_t *bytes = piece;
    size_t n = 0;

    if (p->whole) {
        p->whole = false;
        p->len = 0;
    }
    while (n < len && !p->whole) {
        if (p->skip) {
            size_t k = tn_min((uint32_t)p->skip, (uint32_t)(len - n));
            p->skip -= k;
            n += k;
        } else if (!p->len && !may_begin(bytes[n])) {
            return len;
        } else {
            n += feed_packet(p, bytes + n, len - n);
        }
    }
    return n;
}

const uint8_t *tn_pieces_packet(const struct tn_pieces *p, size_t *ret_len) {
    if (!p->whole) {
        return NULL;
    }
    *ret_len = p->len;
    return p->buf;
}

bool tn_pieces_take_refused(struct tn_pieces *p) {
    bool refused = p->refused;

    p->refused = false;
    return refused;
}

void tn_pieces_forget(struct tn_pieces *p) {
    *p = (struct tn_pieces){.buf = p->buf, .size = p->size};
}

void tn_pieces_send(struct tn_pieces *p, const uint8_t *pkt, size_t len) {
    p->out = pkt;
    p->out_len = len;
}

const uint8_t *tn_pieces_take(struct tn_pieces *p, size_t max, size_t *ret_len) {
    const uint8_t *piece = p->out;
    size_t n = tn_min((uint32_t)p->out_len, (uint32_t)max);

    if (!n) {
        return NULL;
    }
    p->out += n;
    p->out_len -= n;
    *ret_len = n;
    return piece;
}

void tn_pieces_put_back(struct tn_pieces *p, size_t len) {
    p->out -= len;
    p->out_len += len;
}

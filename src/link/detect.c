// SPDX-License-Identifier: Apache-2.0
// Every byte goes to both framings until one of them is certain. Neither disturbs the other: a
// console line holds no zero byte, without which no bare packet begins, and a bare packet's
// beginning lies outside of the shared buffer until it is certain. From then on its bytes are
// its own, whatever they look like.
#include "link/detect.h"

// A byte that belongs to no bare packet yet.
static void feed_both(struct tn_detect *d, const uint8_t *b) {
    size_t len;

    tn_raw_feed(&d->raw, b, 1);
    if (d->raw.len) {
        tn_console_forget(&d->console);  // its half frame is overwritten
        return;
    }
    tn_console_feed(&d->console, b, 1);
    if (tn_console_packet(&d->console, &len)) {
        tn_raw_forget(&d->raw);
        tn_raw_feed(&d->raw, b, 1);  // where its newline was lost, this one begins a request
    }
}

// Notes what the packet that is now there came in. True if one is.
static bool note(struct tn_detect *d) {
    size_t len;

    if (tn_raw_packet(&d->raw, &len)) {
        d->is_raw = true;
        return true;
    }
    if (tn_console_packet(&d->console, &len)) {
        d->is_raw = false;
        return true;
    }
    return false;
}

size_t tn_detect_feed(struct tn_detect *d, const void *bytes, size_t len) {
    const uint8_t *p = bytes;
    size_t n = 0;
    bool whole = false;

    d->console.buf = d->raw.buf = d->buf;
    d->console.size = d->raw.size = d->size;
    if (len) {
        tn_console_feed(&d->console, p, 0);  // the last packet is done with
        tn_raw_feed(&d->raw, p, 0);
    }
    while (n < len && !whole) {
        if (tn_raw_is_inside(&d->raw)) {
            n += tn_raw_feed(&d->raw, p + n, len - n);
        } else {
            feed_both(d, p + n++);
        }
        whole = note(d);
    }
    return n;
}

const uint8_t *tn_detect_packet(const struct tn_detect *d, size_t *ret_len) {
    const uint8_t *pkt = tn_raw_packet(&d->raw, ret_len);

    return pkt ? pkt : tn_console_packet(&d->console, ret_len);
}

void tn_detect_idle(struct tn_detect *d) {
    size_t len;

    if (tn_detect_packet(d, &len)) {
        return;
    }
    tn_raw_idle(&d->raw);
    if (note(d)) {
        tn_console_forget(&d->console);
    }
}

void tn_detect_send(struct tn_detect *d, const uint8_t *pkt, size_t len) {
    bool raw = d->is_raw;

    tn_console_send(&d->console, raw ? NULL : pkt, raw ? 0 : len);
    tn_raw_send(&d->raw, pkt, raw ? len : 0);
}

size_t tn_detect_take(struct tn_detect *d, void *out) {
    return d->raw.out_len ? tn_raw_take(&d->raw, out) : tn_console_take(&d->console, out);
}

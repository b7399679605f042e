// SPDX-License-Identifier: Apache-2.0
// A server's end of a serial line on which the client chooses the framing: console lines
// (link/console.h) or bare packets (link/raw.h).
//
// The framing of the last whole request is the framing of the answers; the first request in the
// other one switches. Both are looked for all the time, so that neither text nor garbage nor
// half a frame of one kind hides a frame of the other: at the latest the silence behind a console
// frame shows that the bare packet that it fell into was cut off. No I/O and no clock.
// Source: doc/reference/smp.md section 8 (the first bytes tell: 06 or 04 against 00, 02, 08, 0a).
#ifndef TN_LINK_DETECT_H
#define TN_LINK_DETECT_H

#include "link/console.h"
#include "link/raw.h"

enum {
    TN_DETECT_LINE = TN_FRAMING_PIECE,  // the most bytes that a take gives
};

// Set buf and size, the rest to 0.
struct tn_detect {
    uint8_t *buf;  // one packet and its TN_CONSOLE_OVERHEAD, for both framings: the caller's
    size_t size;

    // private
    struct tn_console console;
    struct tn_raw raw;
    bool is_raw;   // the framing of the last request
    bool doubted;  // the bare packet that came ends like the beginning of a console frame
    bool has_kept;
    uint8_t kept;  // for the row: a byte that came behind a packet that was doubted until then
};

// Takes bytes from the line, until a packet is whole.
//
// Returns how many bytes it took: less than len only if a packet is now there.
size_t tn_detect_feed(struct tn_detect *d, const void *bytes, size_t len);

// The packet that the last feed or idle completed, or NULL. It stays until the next feed.
const uint8_t *tn_detect_packet(const struct tn_detect *d, size_t *ret_len);

// To be called when nothing has come for a while: tn_raw_idle says when and why. Half a bare packet
// is forgotten, and a console frame that it swallowed is heard. Half a console frame stays.
void tn_detect_idle(struct tn_detect *d);

// True if the last request came bare: its client may not take text on the line for text.
static inline bool tn_detect_is_raw(const struct tn_detect *d) {
    return d->is_raw;
}

// Begins to send a packet in the framing of the last request, which is console before the first
// one. The packet must stay until it is taken. What was being sent before is dropped.
void tn_detect_send(struct tn_detect *d, const uint8_t *pkt, size_t len);

// Is something being sent?
static inline bool tn_detect_is_sending(const struct tn_detect *d) {
    return d->console.out || d->raw.out_len;
}

// Writes the next bytes to out, which holds at least TN_DETECT_LINE. Returns how many, 0 if
// there is nothing to send.
size_t tn_detect_take(struct tn_detect *d, void *out);

// The row, for a struct tn_detect: a client of bare packets may lose one for a line of text.
extern const struct tn_framing tn_detect_framing;

#endif

// SPDX-License-Identifier: Apache-2.0
// A server's end of a serial line on which the client chooses the framing: console lines
// (link/console.h) or bare packets (link/raw.h).
//
// Answers use the framing of the last whole request; the first request in the other framing
// switches. Both framings are searched for all the time, so that neither text nor garbage nor half
// a frame of one kind hides a frame of the other. If a console frame fell into a bare packet that
// was cut off, the silence behind the frame reveals it at the latest. No I/O and no clock. Source:
// doc/reference/smp.md section 8 (the first byte decides: 06 or 04 against 00, 02, 08, 0a).
#ifndef TN_LINK_DETECT_H
#define TN_LINK_DETECT_H

#include "base/compiler.h"
#include "link/console.h"
#include "link/raw.h"

TN_C_BEGIN

enum {
    TN_DETECT_LINE = TN_FRAMING_PIECE,  // most bytes that a take returns
};

// Set buf and size, the rest to 0.
struct tn_detect {
    uint8_t *buf;  // one packet and its TN_CONSOLE_OVERHEAD, shared by both framings; owned by the
                   // caller
    size_t size;

    // private
    struct tn_console console;
    struct tn_raw raw;
    bool is_raw;   // the framing of the last request
    bool doubted;  // the end of the bare packet looks like the start of a console frame
    bool has_kept;
    uint8_t kept;  // for the row: the byte that followed a doubted packet
};

// Reads bytes from the line until a packet is whole.
//
// Returns how many bytes it used: less than len only if a packet is ready.
size_t tn_detect_feed(struct tn_detect *d, const void *bytes, size_t len);

// The packet that the last feed or idle completed, or NULL. It stays until the next feed.
const uint8_t *tn_detect_packet(const struct tn_detect *d, size_t *ret_len);

// Call it when nothing has arrived for a while: tn_raw_idle says when and why. Drops half a bare
// packet, and decodes a console frame inside of it. Keeps half a console frame.
void tn_detect_idle(struct tn_detect *d);

// True if the last request was a bare packet: its client may not skip text on the line.
static inline bool tn_detect_is_raw(const struct tn_detect *d) {
    return d->is_raw;
}

// Starts to send a packet in the framing of the last request; before the first request, in console
// framing. The packet must stay until all of it is taken. Drops what was being sent before.
void tn_detect_send(struct tn_detect *d, const uint8_t *pkt, size_t len);

// True while something is being sent.
static inline bool tn_detect_is_sending(const struct tn_detect *d) {
    return d->console.out || d->raw.out_len;
}

// Writes the next bytes to out, which holds at least TN_DETECT_LINE. Returns how many, 0 if
// there is nothing to send.
size_t tn_detect_take(struct tn_detect *d, void *out);

// The row, for a struct tn_detect. A line of text may cost a client of bare packets one packet.
extern const struct tn_framing tn_detect_framing;

TN_C_END

#endif

// SPDX-License-Identifier: Apache-2.0
// SMP packets as lines of text on a serial line that others may print on as well.
//
// A packet with its length in front and its CRC behind is cut into pieces; each piece is a
// line: two marker bytes, base64, newline. Bytes go in, whole packets come out; no I/O.
// Source: Zephyr SMP transport specification, UART/serial and console.
#ifndef TN_LINK_CONSOLE_H
#define TN_LINK_CONSOLE_H

#include "link/framing.h"

enum {
    TN_CONSOLE_LINE = TN_FRAMING_PIECE,  // the longest line, markers and newline included
    TN_CONSOLE_OVERHEAD = 4,             // length and CRC around a packet
};

// One end of a line. Set buf and size, the rest to 0.
struct tn_console {
    uint8_t *buf;  // one packet and its TN_CONSOLE_OVERHEAD: the caller's
    size_t size;

    // private: receiving
    size_t len;  // bytes of the frame that have arrived
    size_t nquad;
    char quad[4];  // characters that are not yet decoded
    uint8_t state;
    bool whole;  // buf holds a packet
    // private: sending
    const uint8_t *out;
    size_t out_len;
    size_t out_pos;  // bytes of the frame already taken
    uint16_t out_crc;
};

// Takes bytes from the line. Text that is no packet is passed over; a damaged frame is
// dropped, and the next marker begins anew. Stops behind a line that completes a packet.
//
// Returns how many bytes it took: less than len only if a packet is now there.
size_t tn_console_feed(struct tn_console *c, const void *bytes, size_t len);

// The packet that the last feed completed, or NULL. It stays in buf until the next feed.
const uint8_t *tn_console_packet(const struct tn_console *c, size_t *ret_len);

// Forgets what has come, whole or not.
void tn_console_forget(struct tn_console *c);

// The row, for a struct tn_console. Text may stand between lines, and within a packet's lines.
extern const struct tn_framing tn_console_framing;

// Begins to send a packet of at most 65533 bytes, which must stay until it is taken. What was
// being sent before is dropped.
static inline void tn_console_send(struct tn_console *c, const uint8_t *pkt, size_t len) {
    tn_console_framing.send(c, pkt, len);
}

// Writes the next line to out, which holds at least TN_CONSOLE_LINE bytes. Returns its length,
// 0 if there is nothing to send.
static inline size_t tn_console_take(struct tn_console *c, void *out) {
    return tn_console_framing.take(c, out);
}

#endif

// SPDX-License-Identifier: Apache-2.0
// SMP packets as lines of text, on a serial line that may carry other text too.
//
// A frame is a packet with its length in front and its CRC behind. It is cut into pieces. Each
// piece is one line: two marker bytes, base64, newline. Bytes go in, whole packets come out; no
// I/O.
// Source: Zephyr SMP transport specification, UART/serial and console.
#ifndef TN_LINK_CONSOLE_H
#define TN_LINK_CONSOLE_H

#include "base/compiler.h"
#include "link/framing.h"

TN_C_BEGIN

enum {
    TN_CONSOLE_LINE = TN_FRAMING_PIECE,  // the longest line, markers and newline included
    TN_CONSOLE_OVERHEAD = 4,             // length and CRC around a packet
};

// One end of a line. Set buf and size, the rest to 0.
struct tn_console {
    uint8_t *buf;  // one packet and its TN_CONSOLE_OVERHEAD; owned by the caller
    size_t size;

    // private: receiving
    size_t len;  // bytes of the frame that have arrived
    size_t nquad;
    char quad[4];    // characters not yet decoded
    uint8_t before;  // the byte before this one
    bool in_line;    // behind a marker, before its newline
    bool whole;      // buf holds a packet
    // private: sending
    const uint8_t *out;
    size_t out_len;
    size_t out_pos;  // bytes of the frame already taken
    uint16_t out_crc;
};

// Reads bytes from the line. Skips text that is no packet. Drops a damaged frame; the next marker
// starts a new one. Stops behind the line that completes a packet.
//
// Returns how many bytes it used: less than len only if a packet is ready.
size_t tn_console_feed(struct tn_console *c, const void *bytes, size_t len);

// The packet that the last feed completed, or NULL. It stays in buf until the next feed.
const uint8_t *tn_console_packet(const struct tn_console *c, size_t *ret_len);

// Drops everything received, whole or not.
void tn_console_forget(struct tn_console *c);

// The row, for a struct tn_console. Other text may stand between lines, even between the lines of a
// packet.
extern const struct tn_framing tn_console_framing;

// Starts to send a packet of at most 65533 bytes. It must stay until all of it is taken. Drops what
// was being sent before.
static inline void tn_console_send(struct tn_console *c, const uint8_t *pkt, size_t len) {
    tn_console_framing.send(c, pkt, len);
}

// Writes the next line to out, which holds at least TN_CONSOLE_LINE bytes. Returns its length,
// 0 if there is nothing to send.
static inline size_t tn_console_take(struct tn_console *c, void *out) {
    return tn_console_framing.take(c, out);
}

TN_C_END

#endif

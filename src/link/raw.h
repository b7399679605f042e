// SPDX-License-Identifier: Apache-2.0
// Bare SMP packets on a stream of bytes, one behind the other: no framing, and no checksum except
// the optional one of base/seal.h. A packet that its checksum shows as damaged counts as lost.
//
// A packet ends where the length in its header says. Bytes go in, whole packets come out; no I/O
// and no clock. Knows just enough of SMP to tell the start of a packet from other bytes: the
// header, and that the body is a map with text keys. Damage inside a packet without a checksum is
// not detected here: a program that writes the data must check it by other means.
// Source: doc/reference/smp.md sections 1 and 8 (Raw UART).
#ifndef TN_LINK_RAW_H
#define TN_LINK_RAW_H

#include "base/compiler.h"
#include "base/seal.h"
#include "link/framing.h"

TN_C_BEGIN

enum {
    TN_RAW_PIECE = TN_FRAMING_PIECE,  // most bytes that a take returns
    TN_RAW_HEAD = 10,                 // a header and the first two bytes of the body
};

// One end of a line. Set what stands before "private", the rest to 0.
struct tn_raw {
    uint8_t *buf;  // one packet, at least 8 bytes; owned by the caller. Not written before the
                   // start of a packet is certain
    size_t size;
    bool client;  // true: receives responses; false: receives requests

    // private: receiving
    uint8_t head[TN_RAW_HEAD];  // bytes that may be the start of a packet
    uint8_t nhead;
    bool lost;          // bytes were dropped since the last packet or silence
    bool whole;         // buf holds a packet
    size_t len;         // bytes in buf; 0: still searching for the start of a packet
    size_t need;        // bytes of the packet in buf
    bool sealed;        // the last packet had a checksum
    uint32_t heard_ms;  // when the last byte arrived, for the row
    // private: sending
    const uint8_t *out;
    size_t out_pos;
    size_t out_len;       // bytes that are still to be sent
    size_t plain_end;     // up to here, the bytes come from out, except the first ones
    struct tn_seal seal;  // the other bytes
};

// Reads bytes from the line. Drops, byte by byte, what cannot start a packet. Stops behind the end
// of a packet.
//
// Returns how many bytes it used: less than len only if a packet is ready.
size_t tn_raw_feed(struct tn_raw *r, const void *bytes, size_t len);

// The packet that the last feed or idle completed, or NULL. It stays until the next feed.
const uint8_t *tn_raw_packet(const struct tn_raw *r, size_t *ret_len);

// Call it when nothing has arrived for longer than any pause inside a packet. Drops half a packet:
// the next byte may start a new one. Completes a request without a body, which only the silence
// behind it tells from noise. Has no other effect, so it may be called repeatedly.
void tn_raw_idle(struct tn_raw *r);

// Drops everything received, whole or not.
void tn_raw_forget(struct tn_raw *r);

// True if the start of a packet has arrived and its end has not.
static inline bool tn_raw_is_inside(const struct tn_raw *r) {
    return r->len && !r->whole;
}

// Starts to send a packet. It must stay until all of it is taken. The answer to a request with a
// checksum gets one, too. Drops what was being sent before.
void tn_raw_send(struct tn_raw *r, const uint8_t *pkt, size_t len);

// Writes the next bytes to out, which holds at least TN_RAW_PIECE. Returns how many, 0 if there
// is nothing to send.
size_t tn_raw_take(struct tn_raw *r, void *out);

// Notes the time of a byte, or of none (TN_FRAMING_SILENCE). Returns true once a pause is longer
// than any inside a packet.
bool tn_raw_is_silent(struct tn_raw *r, int byte, uint32_t now_ms);

// The row, for a struct tn_raw. A line of text may cost the client one packet.
extern const struct tn_framing tn_raw_framing;

TN_C_END

#endif

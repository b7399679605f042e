// SPDX-License-Identifier: Apache-2.0 Bare SMP packets on a stream of bytes, one behind the other:
// no frame, no checksum but what a packet may bring along (base/seal.h); one that shows itself
// damaged counts as lost.
//
// A packet ends where its header's length says. Bytes go in, whole packets come out; no I/O and
// no clock. Knows of SMP what tells a packet's beginning from other bytes: the header, and that
// its body is a map with text for keys. Damage inside of other packets is not seen here: who
// writes what came has to check it by other means.
// Source: doc/reference/smp.md sections 1 and 8 (Raw UART).
#ifndef TN_LINK_RAW_H
#define TN_LINK_RAW_H

#include "base/seal.h"
#include "link/framing.h"

enum {
    TN_RAW_PIECE = TN_FRAMING_PIECE,  // the most bytes that a take gives
    TN_RAW_HEAD = 10,                 // a header and the first two bytes of its body
};

// One end of a line. Set what stands before "private", the rest to 0.
struct tn_raw {
    uint8_t *buf;  // one packet, 8 bytes at least: the caller's. Untouched until a beginning is
                   // certain
    size_t size;
    bool client;  // responses come in; else requests do

    // private: receiving
    uint8_t head[TN_RAW_HEAD];  // what may be a packet's beginning
    uint8_t nhead;
    bool lost;          // bytes were dropped since the last packet or silence
    bool whole;         // buf holds a packet
    size_t len;         // bytes in buf; 0: the hunt for a beginning is on
    size_t need;        // bytes of the packet in buf
    bool sealed;        // the last packet had a checksum
    uint32_t heard_ms;  // when the last byte came, for the row
    // private: sending
    const uint8_t *out;
    size_t out_pos;
    size_t out_len;       // bytes that are still to be sent
    size_t plain_end;     // up to here they are those of out, but for the first ones
    struct tn_seal seal;  // the others
};

// Takes bytes from the line. What cannot begin a packet is dropped, byte by byte. Stops behind
// the end of a packet.
//
// Returns how many bytes it took: less than len only if a packet is now there.
size_t tn_raw_feed(struct tn_raw *r, const void *bytes, size_t len);

// The packet that the last feed or idle completed, or NULL. It stays until the next feed.
const uint8_t *tn_raw_packet(const struct tn_raw *r, size_t *ret_len);

// To be called when nothing has come for a while, longer than any pause inside a packet: half a
// packet is forgotten, and what comes next begins one. Completes a request without a body: only
// the silence behind it tells it from noise. Looks at nothing else, so it may be called again and
// again.
void tn_raw_idle(struct tn_raw *r);

// Forgets what has come, whole or not.
void tn_raw_forget(struct tn_raw *r);

// Is a packet's beginning here, and its end not yet?
static inline bool tn_raw_is_inside(const struct tn_raw *r) {
    return r->len && !r->whole;
}

// Begins to send a packet, which must stay until it is taken. An answer to a request with a
// checksum gets one, too. What was being sent before is dropped.
void tn_raw_send(struct tn_raw *r, const uint8_t *pkt, size_t len);

// Writes the next bytes to out, which holds at least TN_RAW_PIECE. Returns how many, 0 if there
// is nothing to send.
size_t tn_raw_take(struct tn_raw *r, void *out);

// Notes the time of a byte, or of none (TN_FRAMING_SILENCE). True once a pause is longer than any
// inside a packet.
bool tn_raw_is_silent(struct tn_raw *r, int byte, uint32_t now_ms);

// The row, for a struct tn_raw. Text is no packet, but it may cost its client one.
extern const struct tn_framing tn_raw_framing;

#endif

// SPDX-License-Identifier: Apache-2.0
// SMP packets over BLE: each is cut into as many writes or notifications as it needs, without
// any frame. One struct for each connection.
//
// Pieces go in, whole packets come out; no I/O. The way below loses and doubles nothing, so a
// header's length is enough to find the next one. Knows no BLE stack.
// Source: Zephyr SMP transport specification, BLE.
#ifndef TN_LINK_PIECES_H
#define TN_LINK_PIECES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TN_PIECES_ATT = 3,  // bytes of the ATT_MTU that a write or notification takes itself
};

// A connection. Set buf and size, the rest to 0.
struct tn_pieces {
    uint8_t *buf;  // one packet, 8 bytes at least: the caller's
    size_t size;

    // private: receiving
    size_t len;    // bytes in buf
    size_t skip;   // bytes of a packet that was refused, still to come
    bool whole;    // buf holds a packet
    bool refused;  // a packet was too large
    // private: sending
    const uint8_t *out;
    size_t out_len;
};

// Takes the bytes of one piece; give it the rest of the piece after each packet. A packet that
// buf cannot hold is passed over, and so is a piece that should begin one and cannot.
//
// Returns how many bytes it took: less than len only if a packet is now there.
size_t tn_pieces_feed(struct tn_pieces *p, const void *piece, size_t len);

// The packet that the last feed completed, or NULL. It stays until the next feed.
const uint8_t *tn_pieces_packet(const struct tn_pieces *p, size_t *ret_len);

// Did a packet come that was too large? Tells it once: the port may answer the write with an
// error then, where the write wants an answer.
bool tn_pieces_take_refused(struct tn_pieces *p);

// The connection is gone, or notifications were turned off: what came and what was being sent
// is forgotten.
void tn_pieces_forget(struct tn_pieces *p);

// Begins to send a packet, which must stay until it is taken. What was being sent before is
// dropped.
void tn_pieces_send(struct tn_pieces *p, const uint8_t *pkt, size_t len);

// The next piece, of at most max bytes: ATT_MTU - TN_PIECES_ATT, which may change in between.
// NULL if there is nothing to send. A piece that the stack would not take is given again by
// tn_pieces_put_back, before anything else is called.
const uint8_t *tn_pieces_take(struct tn_pieces *p, size_t max, size_t *ret_len);
void tn_pieces_put_back(struct tn_pieces *p, size_t len);

#endif

// SPDX-License-Identifier: Apache-2.0
// SMP packets over BLE: a packet is cut into as many writes or notifications as it needs, without
// any framing. One struct for each connection.
//
// Pieces go in, whole packets come out; no I/O. BLE neither loses nor repeats a piece, so the
// length in the header is enough to find the next packet. Knows no BLE stack.
// Source: Zephyr SMP transport specification, BLE.
#ifndef TN_LINK_PIECES_H
#define TN_LINK_PIECES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

enum {
    TN_PIECES_ATT = 3,  // bytes of the ATT_MTU that the header of a write or notification uses
};

// A connection. Set buf and size, the rest to 0.
struct tn_pieces {
    uint8_t *buf;  // one packet, at least 8 bytes; owned by the caller
    size_t size;

    // private: receiving
    size_t len;    // bytes in buf
    size_t skip;   // bytes of a refused packet that are still to come
    bool whole;    // buf holds a packet
    bool refused;  // a packet was too large
    // private: sending
    const uint8_t *out;
    size_t out_len;
};

// Reads the bytes of one piece. After each packet, call it again with the rest of the piece. Skips
// a packet that is larger than buf, and a piece that should start a packet and cannot.
//
// Returns how many bytes it used: less than len only if a packet is ready.
size_t tn_pieces_feed(struct tn_pieces *p, const void *piece, size_t len);

// The packet that the last feed completed, or NULL. It stays until the next feed.
const uint8_t *tn_pieces_packet(const struct tn_pieces *p, size_t *ret_len);

// True between two packets: neither a half packet nor the rest of a refused one is expected. Then
// the caller may set buf and size anew, for the next packet.
static inline bool tn_pieces_is_between(const struct tn_pieces *p) {
    return p->whole || (!p->len && !p->skip);
}

// Returns true, once, if a packet was too large. The port may then answer the write with an error,
// if the client expects an answer to it.
bool tn_pieces_take_refused(struct tn_pieces *p);

// Call it when the connection is lost or notifications were turned off. Drops what was received and
// what was being sent.
void tn_pieces_forget(struct tn_pieces *p);

// Starts to send a packet. It must stay until all of it is taken. Drops what was being sent before.
void tn_pieces_send(struct tn_pieces *p, const uint8_t *pkt, size_t len);

// The next piece, of at most max bytes: ATT_MTU - TN_PIECES_ATT, which may change between calls.
// NULL if there is nothing to send. If the stack refuses the piece, call tn_pieces_put_back before
// anything else, to get the same piece again.
const uint8_t *tn_pieces_take(struct tn_pieces *p, size_t max, size_t *ret_len);
void tn_pieces_put_back(struct tn_pieces *p, size_t len);

TN_C_END

#endif

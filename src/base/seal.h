// SPDX-License-Identifier: Apache-2.0 A checksum that a packet brings along, for ways that have
// none: the last pair of its map, "crc" and the CRC-32 of all bytes before that, least significant
// byte first. Who does not know it passes over it, as over any key. Source: SPEC.md.
#ifndef TN_BASE_SEAL_H
#define TN_BASE_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tn_cbor_out;

enum {
    TN_SEAL_LEN = 9,   // bytes of the pair
    TN_SEAL_HEAD = 4,  // of a packet: up to its length
};

// Adds the pair, without its value, as the last one of a map whose count includes it.
void tn_seal_put(struct tn_cbor_out *out);

// Fills its value in, once the rest of the packet stands.
void tn_seal_close(uint8_t *pkt, size_t len);

// For a packet whose map is open, and which is not ours to change: these are to be sent in the
// place of its first TN_SEAL_HEAD bytes and of its last one.
struct tn_seal {
    uint8_t head[TN_SEAL_HEAD];
    uint8_t tail[TN_SEAL_LEN + 1];
};

void tn_seal_around(struct tn_seal *ret, const uint8_t *pkt, size_t len);

// 1: a packet has a checksum, and it is right. 0: it has none. -1: it is damaged.
int tn_seal_look(const uint8_t *pkt, size_t len);

#endif

// SPDX-License-Identifier: Apache-2.0
// A checksum inside a packet, for links without one. It is the last pair of the packet's map:
// "crc", and the CRC-32 of all bytes before the value, least significant byte first. A receiver
// that does not know it ignores it, like any key. Source: SPEC.md.
#ifndef TN_BASE_SEAL_H
#define TN_BASE_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

struct tn_cbor_out;

enum {
    TN_SEAL_LEN = 9,   // bytes of the pair
    TN_SEAL_HEAD = 4,  // of a packet: the bytes up to and with its length
};

// Appends the pair, with an empty value, as the last one of a map whose count includes it.
void tn_seal_put(struct tn_cbor_out *out);

// Fills in the value when the rest of the packet is complete.
void tn_seal_close(uint8_t *pkt, size_t len);

// For a packet that must not be changed, and whose map is indefinite: send head instead of its
// first TN_SEAL_HEAD bytes, and tail instead of its last byte.
struct tn_seal {
    uint8_t head[TN_SEAL_HEAD];
    uint8_t tail[TN_SEAL_LEN + 1];
};

void tn_seal_around(struct tn_seal *ret, const uint8_t *pkt, size_t len);

// 1: the packet has a checksum, and it is right. 0: it has none. -1: the packet is damaged.
int tn_seal_look(const uint8_t *pkt, size_t len);

TN_C_END

#endif

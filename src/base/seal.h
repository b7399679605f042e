// SPDX-License-Identifier: Apache-2.0
// A checksum that a packet brings along, for ways that have none: the last pair of its map, "crc" and
// the CRC-32 of all bytes before that, least significant byte first. Who does not know it passes over
// it, as over any key. Source: SPEC.md.
#ifndef TN_BASE_SEAL_H
#define TN_BASE_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tn_cbor_out;

enum { TN_SEAL_LEN = 9 };  // bytes of the pair

// Adds the pair, without its value.
void tn_seal_put(struct tn_cbor_out *out);

// Fills its value in, once the rest of the packet stands.
void tn_seal_close(uint8_t *pkt, size_t len);

// False if a packet has a checksum, and it is wrong.
bool tn_seal_holds(const uint8_t *pkt, size_t len);

#endif

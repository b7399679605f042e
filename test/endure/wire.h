// SPDX-License-Identifier: Apache-2.0
// One direction of a modelled line: bytes or datagrams with their times of arrival.
#ifndef TN_TEST_ENDURE_WIRE_H
#define TN_TEST_ENDURE_WIRE_H

#include <stddef.h>

#include "rig.h"

enum {
    WIRE_BYTES = 1u << 17,
    WIRE_DATAGRAMS = 64,
    WIRE_DATAGRAM_MAX = 2048,
};

struct wire_byte {
    uint64_t at_us;
    uint8_t byte;
};

struct wire_datagram {
    uint64_t at_us;
    uint64_t order;
    size_t len;  // 0: none
    uint8_t bytes[WIRE_DATAGRAM_MAX];
};

struct wire {
    const struct rig_cfg *cfg;
    uint32_t *seed;
    uint64_t free_us;  // when the last byte has left
    uint64_t carried;  // bytes
    size_t in, out;    // counters of bytes; they wrap
    struct wire_byte bytes[WIRE_BYTES];
    struct wire_datagram datagrams[WIRE_DATAGRAMS];
    uint64_t order;
    size_t flying;  // datagrams on the way
};

// The next number of a pseudo-random series.
uint32_t wire_random(uint32_t *seed);

// Ends the program if a limit of the model is too small.
void wire_need(bool ok);

// True with a chance of n in 1000.
bool wire_chance(uint32_t *seed, unsigned n);

// Drops everything that is on the way.
void wire_clear(struct wire *w);

// Sends bytes that are lost or damaged as one: a text line, a bare packet.
void wire_put(struct wire *w, uint64_t now_us, const uint8_t *bytes, size_t len);

void wire_put_datagram(struct wire *w, uint64_t now_us, const uint8_t *bytes, size_t len);

// The number of bytes that have not left yet.
size_t wire_backlog(const struct wire *w, uint64_t now_us);

// Gets the next byte that has arrived. False: none.
bool wire_get(struct wire *w, uint64_t now_us, struct wire_byte *ret);

// The datagram that arrived first, or NULL. Drop it by wire_drop.
struct wire_datagram *wire_get_datagram(struct wire *w, uint64_t now_us);

// Removes a datagram after use.
void wire_drop(struct wire *w, struct wire_datagram *d);

// The time of the next arrival, or UINT64_MAX.
uint64_t wire_next_us(const struct wire *w);

#endif

// SPDX-License-Identifier: Apache-2.0
// A ring of bytes between an interrupt and the program, for the UARTs of all families.
//
// One side writes, the other one reads; each moves only its own index, and the other side sees the
// byte before the index (all is volatile, and these cores do not reorder). Indices run freely and
// are cut to the ring's size, a power of two, where they are used. The bytes are the caller's, and
// the size is a constant, so that the compiler makes of each call what a ring of its own would be.
#ifndef TN_PORT_CORTEXM_RING_H
#define TN_PORT_CORTEXM_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cm_ring {
    volatile uint16_t in;   // moved by who writes
    volatile uint16_t out;  // moved by who reads
};

static inline bool cm_ring_is_empty(const struct cm_ring *r) {
    return r->in == r->out;
}

// Puts a byte. False: the ring is full.
static inline bool cm_ring_put(
        struct cm_ring *r, volatile uint8_t *bytes, uint16_t size, uint8_t byte) {
    uint16_t in = r->in;

    if ((uint16_t)(in - r->out) >= size) {
        return false;
    }
    bytes[in % size] = byte;
    r->in = (uint16_t)(in + 1);
    return true;
}

// The oldest byte of a ring that is not empty.
static inline uint8_t cm_ring_first(
        const struct cm_ring *r, const volatile uint8_t *bytes, uint16_t size) {
    return bytes[r->out % size];
}

// The oldest byte is dealt with.
static inline void cm_ring_drop(struct cm_ring *r) {
    r->out = (uint16_t)(r->out + 1);
}

// Takes up to len bytes. Returns how many.
static inline size_t cm_ring_read(
        struct cm_ring *r, const volatile uint8_t *bytes, uint16_t size, void *buf, size_t len) {
    uint8_t *p = buf;
    size_t n = 0;

    for (uint16_t out = r->out; n < len && out != r->in; r->out = out) {
        p[n++] = bytes[out++ % size];
    }
    return n;
}

// Puts up to len bytes. Returns how many.
static inline size_t cm_ring_write(
        struct cm_ring *r, volatile uint8_t *bytes, uint16_t size, const void *buf, size_t len) {
    const uint8_t *p = buf;
    size_t n = 0;
    uint16_t in = r->in;

    while (n < len && (uint16_t)(in - r->out) < size) {
        bytes[in++ % size] = p[n++];
    }
    r->in = in;
    return n;
}

#endif

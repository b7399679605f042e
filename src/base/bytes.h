// SPDX-License-Identifier: Apache-2.0
// Reads and writes numbers as bytes in either order; and a span, bytes that another owner holds.
//
// Knows bytes only. Works unaligned: no struct is ever laid over a wire buffer.
#ifndef TN_BASE_BYTES_H
#define TN_BASE_BYTES_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

// Bytes that another owner holds. ptr may be NULL if len is 0.
struct tn_span {
    const uint8_t *ptr;
    size_t len;
};

static inline uint16_t tn_get_le16(const uint8_t *p) {
    return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t tn_get_le32(const uint8_t *p) {
    return tn_get_le16(p) | (uint32_t)tn_get_le16(p + 2) << 16;
}

static inline uint16_t tn_get_be16(const uint8_t *p) {
    return (uint16_t)(p[0] << 8 | p[1]);
}

static inline void tn_put_le16(uint8_t *p, uint16_t v) {
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
}

static inline void tn_put_le32(uint8_t *p, uint32_t v) {
    tn_put_le16(p, (uint16_t)v);
    tn_put_le16(p + 2, (uint16_t)(v >> 16));
}

static inline void tn_put_be16(uint8_t *p, uint16_t v) {
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

// The smaller, and the larger, of two sizes.
static inline uint32_t tn_min(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

static inline uint32_t tn_max(uint32_t a, uint32_t b) {
    return a > b ? a : b;
}

// v rounded up to a multiple of unit, a power of two, without a division, which a Cortex-M0 lacks.
// The caller keeps v + unit within 32 bits.
static inline uint32_t tn_round_up(uint32_t v, uint32_t unit) {
    return (v + unit - 1) & ~(unit - 1);
}

TN_C_END

#endif

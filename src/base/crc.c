// SPDX-License-Identifier: Apache-2.0
#include "base/crc.h"

// One byte at a time, without a table: x is the byte's share of the remainder, folded once (the
// polynomial has only the three terms 12, 5 and 0).
uint16_t tn_crc16(uint16_t crc, const void *buf, size_t len) {
    const uint8_t *p = buf;
    unsigned c = crc;

    while (len--) {
        unsigned x = (c >> 8 ^ *p++) & 0xff;
        x ^= x >> 4;
        c = (c << 8 ^ x << 12 ^ x << 5 ^ x) & 0xffff;
    }
    return (uint16_t)c;
}

uint32_t tn_crc32(uint32_t crc, const void *buf, size_t len) {
    const uint8_t *p = buf;

    crc = ~crc;
    while (len--) {
        crc ^= *p++;
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (0xedb88320u & (0u - (crc & 1)));
        }
    }
    return ~crc;
}

// SPDX-License-Identifier: Apache-2.0
// memcmp by words where both ends are aligned: twice as long as memcmp_bytes.c, a third of its
// time. A swap compares every sector twice.
#include <stdint.h>
#include <string.h>

// Words of what may have any type.
typedef uint32_t __attribute__((may_alias)) word;

int memcmp(const void *a, const void *b, size_t len) {
    const uint8_t *p = a;
    const uint8_t *q = b;

    if ((((uintptr_t)p | (uintptr_t)q) % 4) == 0) {
        for (; len >= 4; len -= 4, p += 4, q += 4) {
            if (*(const word *)(const void *)p != *(const word *)(const void *)q) {
                break;
            }
        }
    }
    for (; len; len--, p++, q++) {
        __asm__ volatile("");  // no call of memcmp is to be made of it
        if (*p != *q) {
            return *p - *q;
        }
    }
    return 0;
}

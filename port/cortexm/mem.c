// SPDX-License-Identifier: Apache-2.0
// What is used of string.h: no C library is linked. Compilers call some of it by themselves.
//
// Small before fast. Copies go by words where both ends are aligned, since images are hashed
// and copied through here; the Cortex-M0 faults on unaligned words. memcmp is another file's: by
// bytes or by words, as a board likes.
#include <stdint.h>
#include <string.h>

// In each loop: else the compiler sees what the loop does, and makes it a call of memcpy,
// which is the function that the loop is in.
#define A_LOOP __asm__ volatile("")

// Words of what may have any type.
typedef uint32_t __attribute__((may_alias)) word;

// Not restrict: memmove relies on its going upwards.
void *memcpy(void *dst, const void *src, size_t len) {
    uint8_t *d = dst;
    const uint8_t *s = src;

    if ((((uintptr_t)d | (uintptr_t)s) % 4) == 0) {
        for (; len >= 4; len -= 4) {
            A_LOOP;
            *(word *)(void *)d = *(const word *)(const void *)s;
            d += 4;
            s += 4;
        }
    }
    while (len--) {
        A_LOOP;
        *d++ = *s++;
    }
    return dst;
}

void *memmove(void *dst, const void *src, size_t len) {
    uint8_t *d = dst;
    const uint8_t *s = src;

    if ((uintptr_t)d - (uintptr_t)s >= len) {
        return memcpy(dst, src, len);  // apart, or towards lower addresses, as memcpy goes
    }
    while (len--) {
        A_LOOP;
        d[len] = s[len];
    }
    return dst;
}

void *memset(void *dst, int value, size_t len) {
    uint8_t *d = dst;

    while (len--) {
        A_LOOP;
        *d++ = (uint8_t)value;
    }
    return dst;
}

void *memchr(const void *s, int value, size_t len) {
    const uint8_t *p = s;

    for (; len; len--, p++) {
        A_LOOP;
        if (*p == (uint8_t)value) {
            return (void *)(uintptr_t)p;
        }
    }
    return NULL;
}

size_t strlen(const char *s) {
    const char *p = s;

    while (*p) {
        A_LOOP;
        p++;
    }
    return (size_t)(p - s);
}

// For FatFs.
char *strchr(const char *s, int c);
char *strchr(const char *s, int c) {
    while (*s != (char)c && *s) {
        s++;
    }
    return *s == (char)c ? (char *)(uintptr_t)s : 0;
}

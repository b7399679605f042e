// SPDX-License-Identifier: Apache-2.0
// AES-CTR of our own, the smallest: 0.7 KB with the S-box on a Cortex-M0, where BearSSL's takes
// 1.0 KB.
//
// FIPS 197. Round keys are computed while they are needed, so none is prepared and kept: at most 32
// bytes of the schedule exist at a time. As BearSSL's aes_small, it looks up the S-box in memory,
// which shows in time only on a core with a data cache.
#include <stdbool.h>
#include <string.h>

#include "base/compiler.h"
#include "crypto/cipher.h"
#include "crypto/wipe.h"

enum {
    BLOCK = 16,
    WORD = 4,
    POLYNOMIAL = 0x1b,  // x^8 of the field, section 4.2
};

// Section 5.1.1, figure 7.
static const uint8_t sbox[256] = {0x63, 0x7c, 0x77, 0x7b, 0xf2, 0x6b, 0x6f, 0xc5, 0x30, 0x01, 0x67,
        0x2b, 0xfe, 0xd7, 0xab, 0x76, 0xca, 0x82, 0xc9, 0x7d, 0xfa, 0x59, 0x47, 0xf0, 0xad, 0xd4,
        0xa2, 0xaf, 0x9c, 0xa4, 0x72, 0xc0, 0xb7, 0xfd, 0x93, 0x26, 0x36, 0x3f, 0xf7, 0xcc, 0x34,
        0xa5, 0xe5, 0xf1, 0x71, 0xd8, 0x31, 0x15, 0x04, 0xc7, 0x23, 0xc3, 0x18, 0x96, 0x05, 0x9a,
        0x07, 0x12, 0x80, 0xe2, 0xeb, 0x27, 0xb2, 0x75, 0x09, 0x83, 0x2c, 0x1a, 0x1b, 0x6e, 0x5a,
        0xa0, 0x52, 0x3b, 0xd6, 0xb3, 0x29, 0xe3, 0x2f, 0x84, 0x53, 0xd1, 0x00, 0xed, 0x20, 0xfc,
        0xb1, 0x5b, 0x6a, 0xcb, 0xbe, 0x39, 0x4a, 0x4c, 0x58, 0xcf, 0xd0, 0xef, 0xaa, 0xfb, 0x43,
        0x4d, 0x33, 0x85, 0x45, 0xf9, 0x02, 0x7f, 0x50, 0x3c, 0x9f, 0xa8, 0x51, 0xa3, 0x40, 0x8f,
        0x92, 0x9d, 0x38, 0xf5, 0xbc, 0xb6, 0xda, 0x21, 0x10, 0xff, 0xf3, 0xd2, 0xcd, 0x0c, 0x13,
        0xec, 0x5f, 0x97, 0x44, 0x17, 0xc4, 0xa7, 0x7e, 0x3d, 0x64, 0x5d, 0x19, 0x73, 0x60, 0x81,
        0x4f, 0xdc, 0x22, 0x2a, 0x90, 0x88, 0x46, 0xee, 0xb8, 0x14, 0xde, 0x5e, 0x0b, 0xdb, 0xe0,
        0x32, 0x3a, 0x0a, 0x49, 0x06, 0x24, 0x5c, 0xc2, 0xd3, 0xac, 0x62, 0x91, 0x95, 0xe4, 0x79,
        0xe7, 0xc8, 0x37, 0x6d, 0x8d, 0xd5, 0x4e, 0xa9, 0x6c, 0x56, 0xf4, 0xea, 0x65, 0x7a, 0xae,
        0x08, 0xba, 0x78, 0x25, 0x2e, 0x1c, 0xa6, 0xb4, 0xc6, 0xe8, 0xdd, 0x74, 0x1f, 0x4b, 0xbd,
        0x8b, 0x8a, 0x70, 0x3e, 0xb5, 0x66, 0x48, 0x03, 0xf6, 0x0e, 0x61, 0x35, 0x57, 0xb9, 0x86,
        0xc1, 0x1d, 0x9e, 0xe1, 0xf8, 0x98, 0x11, 0x69, 0xd9, 0x8e, 0x94, 0x9b, 0x1e, 0x87, 0xe9,
        0xce, 0x55, 0x28, 0xdf, 0x8c, 0xa1, 0x89, 0x0d, 0xbf, 0xe6, 0x42, 0x68, 0x41, 0x99, 0x2d,
        0x0f, 0xb0, 0x54, 0xbb, 0x16};

struct schedule {
    uint8_t bytes[TN_CIPHER_KEY_MAX];  // the newest words, the newest of all at any place
    uint8_t len;                       // of the key
    uint8_t constant;                  // Rcon of the next words: section 5.2
};

static uint8_t twice(uint8_t x) {
    return (uint8_t)(x << 1 ^ (x >> 7) * POLYNOMIAL);
}

// The next 16 bytes of the schedule, which take the place of the oldest ones at off.
static void expand(struct schedule *k, size_t off) {
    uint8_t *to = k->bytes + off;
    const uint8_t *last = k->bytes + (off ? off : k->len) - WORD;
    uint8_t rotates = !off;  // at the beginning of a key's length

    for (size_t i = 0; i < WORD; i++) {
        to[i] ^= sbox[last[(i + rotates) % WORD]];
    }
    if (rotates) {
        to[0] ^= k->constant;
        k->constant = twice(k->constant);
    }
    for (size_t i = WORD; i < BLOCK; i++) {
        to[i] ^= to[i - WORD];
    }
}

// Section 5.1: SubBytes and ShiftRows, and MixColumns but in the last round.
static void mix(uint8_t *state, bool is_last) {
    uint8_t s[BLOCK];

    for (size_t i = 0; i < BLOCK; i++) {
        s[i] = sbox[state[5 * i % BLOCK]];  // row i % 4 moves by as many columns
    }
    for (size_t i = 0; i < BLOCK; i++) {
        const uint8_t *column = s + i / WORD * WORD;
        uint8_t sum = column[0] ^ column[1] ^ column[2] ^ column[3];
        uint8_t mixed = s[i] ^ sum ^ twice(s[i] ^ column[(i + 1) % WORD]);
        state[i] = is_last ? s[i] : mixed;
    }
    tn_wipe(s, sizeof(s));
}

static void encrypt(struct schedule *k, uint8_t *state) {
    size_t rounds = k->len / WORD + 6u;

    for (size_t round = 0;; round++) {
        size_t off = round * BLOCK & (k->len - 1u);  // of a power of 2
        if (round * BLOCK >= k->len) {
            expand(k, off);
        }
        for (size_t i = 0; i < BLOCK; i++) {
            state[i] ^= k->bytes[off + i];
        }
        if (round == rounds) {
            return;
        }
        mix(state, round + 1 == rounds);
    }
}

static void convert(const uint8_t *key, size_t key_len, uint32_t pos, uint8_t *buf, size_t len) {
    struct schedule k;
    uint8_t stream[BLOCK];
    uint32_t done = BLOCK;  // bytes of the stream's block that are behind

    for (; len; len--, pos++) {
        if (done == BLOCK) {
            memset(stream, 0, sizeof(stream));
            for (uint32_t block = pos / BLOCK, i = BLOCK; block; block >>= 8) {
                stream[--i] = (uint8_t)block;
            }
            k.len = (uint8_t)key_len;
            k.constant = 1;
            memcpy(k.bytes, key, key_len);
            encrypt(&k, stream);
            done = pos % BLOCK;
        }
        *buf++ ^= stream[done++];
    }
    tn_wipe(stream, sizeof(stream));
    tn_wipe(&k, sizeof(k));
}

TN_EXPORTED const struct tn_cipher tn_aes_small = {.convert = convert};

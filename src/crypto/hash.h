// SPDX-License-Identifier: Apache-2.0
// A hash algorithm as a row: the board chooses the library that computes it.
#ifndef TN_CRYPTO_HASH_H
#define TN_CRYPTO_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

enum {
    TN_HASH_STATE = 208,  // bytes of the largest library state (SHA-512 by BearSSL)
    TN_HASH_MAX = 64,     // bytes of the longest hash, SHA-512
};

struct tn_hash_alg;

// A hash under way. May be copied: the copies are independent.
struct tn_hash {
    const struct tn_hash_alg *alg;
    // private
    uint64_t state[TN_HASH_STATE / sizeof(uint64_t)];
};

struct tn_hash_alg {
    uint16_t tlv;  // the image TLV that holds such a hash
    uint8_t len;   // its bytes
    void (*begin)(struct tn_hash *h);
    void (*add)(struct tn_hash *h, const void *buf, size_t len);
    void (*end)(struct tn_hash *h, uint8_t *ret_hash);
};

// SHA-256 by BearSSL 0.6.
extern const struct tn_hash_alg tn_sha256_bearssl;

// SHA-256 by Mbed TLS 3.6: 600 bytes smaller, a fifth slower.
extern const struct tn_hash_alg tn_sha256_mbedtls;

// SHA-384 and SHA-512 by BearSSL, one library.
extern const struct tn_hash_alg tn_sha384_bearssl;
extern const struct tn_hash_alg tn_sha512_bearssl;

static inline void tn_hash_begin(struct tn_hash *h, const struct tn_hash_alg *alg) {
    h->alg = alg;
    alg->begin(h);
}

static inline void tn_hash_add(struct tn_hash *h, const void *buf, size_t len) {
    h->alg->add(h, buf, len);
}

// Writes alg->len bytes. Call tn_hash_begin before h is used again.
static inline void tn_hash_end(struct tn_hash *h, uint8_t *ret_hash) {
    h->alg->end(h, ret_hash);
}

TN_C_END

#endif

// SPDX-License-Identifier: Apache-2.0
// SHA-256 by Mbed TLS 3.6 with MBEDTLS_SHA256_SMALLER: 1.1 KB and 102 instructions a byte on a
// Cortex-M0. Its functions fail only with hardware acceleration, which is not used here.
#include <mbedtls/platform_util.h>
#include <mbedtls/sha256.h>

#include "base/compiler.h"
#include "crypto/hash.h"

_Static_assert(sizeof(mbedtls_sha256_context) <= TN_HASH_STATE, "TN_HASH_STATE is too small");

// The library calls this to wipe its state. An image's bytes are no secret: nothing is wiped
// (MBEDTLS_PLATFORM_ZEROIZE_ALT).
void mbedtls_platform_zeroize(void *buf, size_t len) {
    (void)buf, (void)len;
}

static mbedtls_sha256_context *state(struct tn_hash *h) {
    return (mbedtls_sha256_context *)(void *)h->state;
}

static void begin(struct tn_hash *h) {
    mbedtls_sha256_init(state(h));
    mbedtls_sha256_starts(state(h), 0);  // 0: not SHA-224
}

static void add(struct tn_hash *h, const void *buf, size_t len) {
    mbedtls_sha256_update(state(h), buf, len);
}

static void end(struct tn_hash *h, uint8_t *ret_hash) {
    mbedtls_sha256_finish(state(h), ret_hash);
}

TN_EXPORTED const struct tn_hash_alg tn_sha256_mbedtls = {
        .tlv = 0x10, .len = 32, .begin = begin, .add = add, .end = end};

// SPDX-License-Identifier: Apache-2.0
// SHA-256 by BearSSL: 1.7 KB and 85 instructions a byte on a Cortex-M0.
#include <bearssl_hash.h>

#include "base/compiler.h"
#include "crypto/hash.h"

_Static_assert(sizeof(br_sha256_context) <= TN_HASH_STATE, "TN_HASH_STATE is too small");

static br_sha256_context *state(struct tn_hash *h) {
    return (br_sha256_context *)(void *)h->state;
}

// br_sha256_init would link BearSSL's table of functions, 90 bytes that nobody calls. FIPS 180-4
// section 5.3.3.
static void begin(struct tn_hash *h) {
    static const uint8_t initial[] = {0x6a, 0x09, 0xe6, 0x67, 0xbb, 0x67, 0xae, 0x85, 0x3c, 0x6e,
            0xf3, 0x72, 0xa5, 0x4f, 0xf5, 0x3a, 0x51, 0x0e, 0x52, 0x7f, 0x9b, 0x05, 0x68, 0x8c,
            0x1f, 0x83, 0xd9, 0xab, 0x5b, 0xe0, 0xcd, 0x19};

    br_sha256_set_state(state(h), initial, 0);
}

static void add(struct tn_hash *h, const void *buf, size_t len) {
    br_sha256_update(state(h), buf, len);
}

static void end(struct tn_hash *h, uint8_t *ret_hash) {
    br_sha256_out(state(h), ret_hash);
}

TN_EXPORTED const struct tn_hash_alg tn_sha256_bearssl = {
        .tlv = 0x10, .len = 32, .begin = begin, .add = add, .end = end};

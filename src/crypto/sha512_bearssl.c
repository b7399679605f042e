// SPDX-License-Identifier: Apache-2.0
// SHA-384 and SHA-512 by BearSSL, one compression function.
#include <bearssl_hash.h>
#include <string.h>

#include "base/compiler.h"
#include "crypto/hash.h"

_Static_assert(sizeof(br_sha512_context) <= TN_HASH_STATE, "TN_HASH_STATE is too small");
_Static_assert(sizeof(br_sha384_context) == sizeof(br_sha512_context), "they are the same type");

static br_sha512_context *state(struct tn_hash *h) {
    return (br_sha512_context *)(void *)h->state;
}

// br_sha512_init would link BearSSL's table of functions, which nobody calls.
static void begin_with(struct tn_hash *h, const uint64_t *initial) {
    memcpy(state(h)->val, initial, sizeof(state(h)->val));
    state(h)->count = 0;
}

// FIPS 180-4 section 5.3.4.
static void begin_384(struct tn_hash *h) {
    static const uint64_t initial[8] = {0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17,
            0x152fecd8f70e5939, 0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7,
            0x47b5481dbefa4fa4};

    begin_with(h, initial);
}

// FIPS 180-4 section 5.3.5.
static void begin_512(struct tn_hash *h) {
    static const uint64_t initial[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
            0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b,
            0x5be0cd19137e2179};

    begin_with(h, initial);
}

static void add(struct tn_hash *h, const void *buf, size_t len) {
    br_sha384_update(state(h), buf, len);  // the same for SHA-512
}

static void end_384(struct tn_hash *h, uint8_t *ret_hash) {
    br_sha384_out(state(h), ret_hash);
}

static void end_512(struct tn_hash *h, uint8_t *ret_hash) {
    br_sha512_out(state(h), ret_hash);
}

TN_EXPORTED const struct tn_hash_alg tn_sha384_bearssl = {
        .tlv = 0x11, .len = 48, .begin = begin_384, .add = add, .end = end_384};
TN_EXPORTED const struct tn_hash_alg tn_sha512_bearssl = {
        .tlv = 0x12, .len = 64, .begin = begin_512, .add = add, .end = end_512};

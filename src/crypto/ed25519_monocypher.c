// SPDX-License-Identifier: Apache-2.0
// Ed25519 (RFC 8032) by Monocypher 4.0.3, with SHA-512 by BearSSL.
//
// crypto_eddsa_check_equation refuses S that is not below the group's order, and points that are
// not on the curve. It accepts points of small order and y that is not below the field's prime:
// this file refuses them, in the key and in R, as libcrypto and libsodium do.
#include <monocypher.h>
#include <stdbool.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/sig.h"

enum {
    NUM = 32,
    SIG = 2 * NUM,
};

// True if the point's y is at or above the prime, 2^255 - 19. The lowest byte comes first; the top
// bit is the sign of x.
static bool is_not_canonical(const uint8_t *point) {
    uint32_t all = point[NUM - 1] | 0x80u;

    for (unsigned i = 1; i < NUM - 1; i++) {
        all &= point[i];
    }
    return all == 0xff && point[0] >= 0xed;
}

// True if eight times the point is the neutral element. The equation with S = 0, h = 1 and R
// neutral is 8 * (0 - point) = 0.
static bool has_small_order(const uint8_t *point) {
    static const uint8_t one[SIG] = {1};  // also the encoding of the neutral element, then S = 0

    return crypto_eddsa_check_equation(one, point, one) == 0;
}

static bool is_refused(const uint8_t *point) {
    return is_not_canonical(point) || has_small_order(point);
}

static void begin(struct tn_hash *h, const struct tn_key *key, const uint8_t *sig) {
    tn_hash_begin(h, &tn_sha512_bearssl);
    tn_hash_add(h, sig, NUM);
    tn_hash_add(h, key->bytes, NUM);
}

static uint32_t end(const struct tn_key *key, const uint8_t *hash, const uint8_t *sig) {
    uint8_t reduced[NUM];

    if (is_refused(key->bytes) || is_refused(sig)) {
        return 0;
    }
    crypto_eddsa_reduce(reduced, hash);
    return tn_genuine_if(crypto_eddsa_check_equation(sig, key->bytes, reduced) == 0);
}

static uint32_t verify(const struct tn_key *key, const uint8_t *hash, size_t hash_len,
        const uint8_t *sig, size_t sig_len) {
    struct tn_hash h;
    uint8_t digest[TN_HASH_MAX];

    if (sig_len != SIG) {
        return 0;
    }
    begin(&h, key, sig);
    tn_hash_add(&h, hash, hash_len);
    tn_hash_end(&h, digest);
    return end(key, digest, sig);
}

TN_EXPORTED const struct tn_sig_alg tn_ed25519_monocypher = {
        .tlv = 0x24, .kind = TN_KEY_ED25519, .verify = verify};
TN_EXPORTED const struct tn_pure_alg tn_ed25519_pure_monocypher = {
        .tlv = 0x24, .kind = TN_KEY_ED25519, .len = SIG, .begin = begin, .end = end};

// SPDX-License-Identifier: Apache-2.0
#include "trust/every_kind.h"

#include "image/other_keys.h"

static uint8_t sig[384];
static const struct tn_other_keys other = {.look_at = tn_other_keys_look_at,
        .sig = sig,
        .sig_size = sizeof(sig),
        .pubkey = true,
        .pure = &tn_ed25519_pure_monocypher};
static const struct tn_sig_alg *const algs[] = {&tn_p256_microecc, &tn_p384_bearssl_i31,
        &tn_ed25519_monocypher, &tn_rsa2048_bearssl_i31, &tn_rsa3072_bearssl_i31};
static const struct tn_hash_alg *const hashes[] = {
        &tn_sha256_bearssl, &tn_sha384_bearssl, &tn_sha512_bearssl};

struct tn_trust tn_trust_every_kind(const struct tn_key *keys) {
    return (struct tn_trust){.hash = &tn_sha256_bearssl,
            .algs = algs,
            .nalgs = TN_LEN(algs),
            .keys = keys,
            .pick_hash = tn_trust_pick_hash,
            .hashes = hashes,
            .nhashes = TN_LEN(hashes),
            .other = &other};
}

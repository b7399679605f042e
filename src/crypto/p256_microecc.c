// SPDX-License-Identifier: Apache-2.0
// ECDSA on P-256 by micro-ecc: 3.6 KB and 14.6 million instructions on a Cortex-M0.
//
// uECC_verify refuses r or s of 0 or not below n, but does not check that the key is on the curve:
// this file does.
#include <uECC.h>

#include "crypto/der.h"
#include "crypto/sig.h"

enum {
    NUM = 32,
};

static uint32_t verify_built_in(const struct tn_key *key, const uint8_t *hash, size_t hash_len,
        const uint8_t *sig, size_t sig_len) {
    uint8_t raw[2 * NUM];

    if (tn_der_get_sig(raw, NUM, sig, sig_len)) {
        return 0;
    }
    return tn_genuine_if(
            (uint32_t)uECC_verify(key->bytes, hash, (unsigned)hash_len, raw, uECC_secp256r1()));
}

static uint32_t verify(const struct tn_key *key, const uint8_t *hash, size_t hash_len,
        const uint8_t *sig, size_t sig_len) {
    if (!uECC_valid_public_key(key->bytes, uECC_secp256r1())) {
        return 0;
    }
    return verify_built_in(key, hash, hash_len, sig, sig_len);
}

TN_EXPORTED const struct tn_sig_alg tn_p256_microecc = {
        .tlv = 0x22, .kind = TN_KEY_P256, .verify = verify};
TN_EXPORTED const struct tn_sig_alg tn_p256_microecc_built_in = {
        .tlv = 0x22, .kind = TN_KEY_P256, .verify = verify_built_in};

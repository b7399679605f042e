// SPDX-License-Identifier: Apache-2.0
// ECDSA on P-256 by p256-m of Mbed TLS 3.6: the smallest, 2.4 KB; 70 million instructions on a
// Cortex-M0, 17.5 million on a Cortex-M4.
//
// p256_ecdsa_verify refuses r or s of 0 or not below n, and a key that is not on the curve.
#include <p256-m.h>

#include "crypto/der.h"
#include "crypto/sig.h"

enum {
    NUM = 32,
};

static uint32_t verify(const struct tn_key *key, const uint8_t *hash, size_t hash_len,
        const uint8_t *sig, size_t sig_len) {
    uint8_t raw[2 * NUM];

    if (tn_der_get_sig(raw, NUM, sig, sig_len)) {
        return 0;
    }
    return tn_genuine_if(p256_ecdsa_verify(raw, key->bytes, hash, hash_len) == P256_SUCCESS);
}

TN_EXPORTED const struct tn_sig_alg tn_p256_m = {
        .tlv = 0x22, .kind = TN_KEY_P256, .verify = verify};

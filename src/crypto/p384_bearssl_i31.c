// SPDX-License-Identifier: Apache-2.0
// ECDSA on P-384 by BearSSL, with numbers of
// 31-bit words: for cores with a long multiplication, such as the Cortex-M3 and M4.
//
// br_ecdsa_i31_vrfy_raw refuses r and s that are 0 or not below n, and a key that is not on the
// curve. It needs no heap.
#include <bearssl_ec.h>
#include <string.h>

#include "crypto/der.h"
#include "crypto/sig.h"

enum {
    NUM = 48,
    POINT = 2 * NUM,
    UNCOMPRESSED = 0x04,  // SEC 1 section 2.3.3: in front of x and y
};

static uint32_t verify(const struct tn_key *key, const uint8_t *hash, size_t hash_len,
        const uint8_t *sig, size_t sig_len) {
    uint8_t raw[2 * NUM];
    uint8_t point[1 + POINT];
    br_ec_public_key pk = {.curve = BR_EC_secp384r1, .q = point, .qlen = sizeof(point)};

    if (tn_der_get_sig(raw, NUM, sig, sig_len)) {
        return 0;
    }
    point[0] = UNCOMPRESSED;
    memcpy(point + 1, key->bytes, POINT);
    return tn_genuine_if(
            br_ecdsa_i31_vrfy_raw(&br_ec_prime_i31, hash, hash_len, &pk, raw, sizeof(raw)));
}

TN_EXPORTED const struct tn_sig_alg tn_p384_bearssl_i31 = {
        .tlv = 0x22, .kind = TN_KEY_P384, .verify = verify};

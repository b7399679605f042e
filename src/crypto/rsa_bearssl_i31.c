// SPDX-License-Identifier: Apache-2.0
// RSA-PSS by BearSSL's RSA, with numbers of
// 31-bit words: for cores with a long multiplication, such as the Cortex-M3 and M4.
#include <bearssl_rsa.h>

#include "crypto/pss_priv.h"
#include "crypto/sig.h"

static uint32_t verify(const struct tn_key *key, const uint8_t *hash, size_t hash_len,
        const uint8_t *sig, size_t sig_len) {
    return tn_pss_verify(br_rsa_i31_public, key, hash, hash_len, sig, sig_len);
}

TN_EXPORTED const struct tn_sig_alg tn_rsa2048_bearssl_i31 = {
        .tlv = 0x20, .kind = TN_KEY_RSA2048, .verify = verify};
TN_EXPORTED const struct tn_sig_alg tn_rsa3072_bearssl_i31 = {
        .tlv = 0x23, .kind = TN_KEY_RSA3072, .verify = verify};

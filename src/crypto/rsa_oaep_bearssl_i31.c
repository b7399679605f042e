// SPDX-License-Identifier: Apache-2.0
// RSA-OAEP by BearSSL, with
// numbers of 31-bit words: for cores with a long multiplication.
#include "crypto/oaep_priv.h"

TN_EXPORTED int tn_unwrap_rsa_i31(
        const struct tn_unwrap *u, const uint8_t *data, size_t len, uint8_t *ret_key) {
    return tn_oaep_open(br_rsa_i31_oaep_decrypt, u->key, data, len, ret_key);
}

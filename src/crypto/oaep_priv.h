// SPDX-License-Identifier: Apache-2.0
// RSA-OAEP (RFC 8017 section 7.1) with SHA-256, MGF1 with SHA-256 and no label, over either size of
// BearSSL's numbers.
#ifndef TN_CRYPTO_OAEP_PRIV_H
#define TN_CRYPTO_OAEP_PRIV_H

#include <bearssl_rsa.h>

#include "crypto/unwrap.h"

// As unwrap of struct tn_unwrap.
int tn_oaep_open(br_rsa_oaep_decrypt decrypt, const struct tn_rsa_key *key, const uint8_t *data,
        size_t len, uint8_t *ret_key);

#endif

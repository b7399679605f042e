// SPDX-License-Identifier: Apache-2.0
// ECIES over any hash and cipher; the rows of unwrap.h choose them.
#ifndef TN_CRYPTO_ECIES_PRIV_H
#define TN_CRYPTO_ECIES_PRIV_H

#include "crypto/cipher.h"
#include "crypto/hash.h"
#include "crypto/unwrap.h"

// As unwrap of struct tn_unwrap. alg: SHA-256 or SHA-512.
int tn_ecies_open(const struct tn_ecies_key *key, const struct tn_hash_alg *alg,
        const struct tn_cipher *cipher, const uint8_t *data, size_t len, uint8_t *ret_key);

#endif

// SPDX-License-Identifier: Apache-2.0
// ECIES over either hash of BearSSL, which lie in units of their own: a device links one.
#ifndef TN_CRYPTO_ECIES_PRIV_H
#define TN_CRYPTO_ECIES_PRIV_H

#include <bearssl_hash.h>

#include "crypto/unwrap.h"

// As unwrap of struct tn_unwrap. tag_len: bytes of the tag, those of a hash.
int tn_ecies_open(const struct tn_ecies_key *key, const br_hash_class *hash, size_t tag_len,
        const uint8_t *data, size_t len, uint8_t *ret_key);

#endif

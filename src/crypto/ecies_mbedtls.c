// SPDX-License-Identifier: Apache-2.0
#include "base/compiler.h"
#include "crypto/ecies_priv.h"

TN_EXPORTED int tn_unwrap_ecies_small(
        const struct tn_unwrap *u, const uint8_t *data, size_t len, uint8_t *ret_key) {
    return tn_ecies_open(u->key, &tn_sha256_mbedtls, &tn_aes_bearssl, data, len, ret_key);
}

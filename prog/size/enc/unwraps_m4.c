// SPDX-License-Identifier: Apache-2.0
#include "unwraps.h"

const struct tn_ecdh *const tn_size_p256 = &tn_ecdh_p256_cortex_m4;

int tn_size_rsa(const struct tn_unwrap *u, const uint8_t *data, size_t len, uint8_t *ret_key) {
    return tn_unwrap_rsa_i31(u, data, len, ret_key);
}

// SPDX-License-Identifier: Apache-2.0
#include "host/base/sha256.h"

#include <openssl/evp.h>

void tn_sha256(const void *bytes, size_t len, uint8_t ret_hash[32]) {
    EVP_Digest(bytes, len, ret_hash, NULL, EVP_sha256(), NULL);
}

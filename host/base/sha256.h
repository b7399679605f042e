// SPDX-License-Identifier: Apache-2.0
// SHA-256 by libcrypto.
#ifndef TN_HOST_BASE_SHA256_H
#define TN_HOST_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

// SHA-256 of len bytes.
void tn_sha256(const void *bytes, size_t len, uint8_t ret_hash[32]);

TN_C_END

#endif

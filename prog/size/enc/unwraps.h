// SPDX-License-Identifier: Apache-2.0
// The rows of unwraps.c that depend on the core: a file for each core.
#ifndef TN_PROG_SIZE_ENC_UNWRAPS_H
#define TN_PROG_SIZE_ENC_UNWRAPS_H

#include "crypto/unwrap.h"

extern const struct tn_ecdh *const tn_size_p256;
int tn_size_rsa(const struct tn_unwrap *u, const uint8_t *data, size_t len, uint8_t *ret_key);

#endif

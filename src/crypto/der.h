// SPDX-License-Identifier: Apache-2.0
// Converts an ECDSA signature from DER, which image TLVs hold, to the raw form that libraries use.
#ifndef TN_CRYPTO_DER_H
#define TN_CRYPTO_DER_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

// Reads SEQUENCE { INTEGER r, INTEGER s } of RFC 3279 section 2.2.3. Writes r and s, each num_len
// bytes, big-endian. Allows zeros behind the sequence (imgtool --pad-sig). Returns 0, or TN_EINVAL
// for anything else: other bytes behind, a negative number, a number that is too long, 128 bytes or
// more in all.
int tn_der_get_sig(uint8_t *ret_raw, size_t num_len, const uint8_t *der, size_t len);

TN_C_END

#endif

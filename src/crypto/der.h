// SPDX-License-Identifier: Apache-2.0
// An ECDSA signature's DER form, which image TLVs carry, to the plain form of the libraries.
#ifndef TN_CRYPTO_DER_H
#define TN_CRYPTO_DER_H

#include <stddef.h>
#include <stdint.h>

// Reads SEQUENCE { INTEGER r, INTEGER s } of RFC 3279 section 2.2.3 and writes r and s, each
// num_len bytes, big-endian. Zeros behind the sequence are taken (imgtool --pad-sig). Returns
// 0, or TN_EINVAL for anything else: other bytes behind, a negative number, one too long.
int tn_der_get_sig(uint8_t *ret_raw, size_t num_len, const uint8_t *der, size_t len);

#endif

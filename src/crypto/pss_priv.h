// SPDX-License-Identifier: Apache-2.0
// The padding of RSA-PSS signatures, for the rows over BearSSL's RSA.
#ifndef TN_CRYPTO_PSS_PRIV_H
#define TN_CRYPTO_PSS_PRIV_H

#include <bearssl_rsa.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/key.h"

// Checks an RSASSA-PSS signature (RFC 8017 section 8.1.2): SHA-256 as hash and in MGF1, a salt of
// 32 bytes, the exponent 65537. rsa is the library's public operation. sig may be hostile. Returns
// TN_GENUINE; any other value is a refusal.
uint32_t tn_pss_verify(br_rsa_public rsa, const struct tn_key *key, const uint8_t *hash,
        size_t hash_len, const uint8_t *sig, size_t sig_len);

#endif

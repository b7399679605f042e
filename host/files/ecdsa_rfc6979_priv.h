// SPDX-License-Identifier: Apache-2.0
// ECDSA signatures without a random part: the nonce comes from key and digest (RFC 6979).
#ifndef TN_HOST_FILES_ECDSA_RFC6979_PRIV_H
#define TN_HOST_FILES_ECDSA_RFC6979_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Signs a digest with pkey, libcrypto's EVP_PKEY of a private key: len is 32, and the curve P-256;
// or 48, and P-384. The same key and digest give the same signature, as DER of at most 72 or 104
// bytes. False: libcrypto failed, and its queue of errors has the reason.
bool tn_ecdsa_rfc6979(
        const void *pkey, const uint8_t *digest, size_t len, uint8_t *ret_sig, size_t *ret_len);

#endif

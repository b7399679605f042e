// SPDX-License-Identifier: Apache-2.0
// ECDSA P-256 signatures without a random part: the nonce comes from key and digest (RFC 6979).
#ifndef TN_HOST_FILES_ECDSA_RFC6979_PRIV_H
#define TN_HOST_FILES_ECDSA_RFC6979_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Signs the SHA-256 digest with pkey, libcrypto's EVP_PKEY of a P-256 private key. The same key and
// digest give the same signature, as DER of at most TN_KEY_SIG_MAX bytes. False: libcrypto failed,
// and its queue of errors has the reason.
bool tn_ecdsa_rfc6979(
        const void *pkey, const uint8_t digest[32], uint8_t *ret_sig, size_t *ret_len);

#endif

// SPDX-License-Identifier: Apache-2.0
// What the files of key.h share.
#ifndef TN_HOST_FILES_KEY_PRIV_H
#define TN_HOST_FILES_KEY_PRIV_H

#include "host/files/key.h"

struct tn_key_kind_row {
    uint8_t kind;
    const char *name;  // imgtool's
    const char *short_name;
    const char *words;
    const char *constant;  // of enum tn_key_kind, in C
    uint16_t len;          // of the key as struct tn_key has it
    uint16_t der_len;
    uint16_t tlv;       // of a signature
    uint16_t sha[2];    // bits of the hashes that images may have, the usual one first; 0: no other
    const char *evp;    // libcrypto's name of the kind
    const char *group;  // libcrypto's name of the curve; NULL: none
    unsigned bits;      // of an RSA modulus
};

// NULL: no such kind.
const struct tn_key_kind_row *tn_key_kind_row(uint8_t kind);
const struct tn_key_kind_row *tn_key_kind_rows(size_t *ret_n);

// Returns the oldest error of libcrypto's queue, and empties the queue.
int tn_crypto_error(struct tn_fault *f, const char *what);

// SHA-2 of len bytes, by the number of its bits.
void tn_sha2(unsigned bits, const void *bytes, size_t len, uint8_t *ret_hash);

// Fills in kind, bytes and hashes by k->pkey. False if the kind is not supported.
bool tn_key_fill(struct tn_key_pair *k);

// An ECDSA signature of r and s, half of len bytes each, as DER. ret has room for len + 10 bytes.
// Returns its length, 0 if libcrypto failed.
size_t tn_key_sig_to_der(const uint8_t *raw, size_t len, uint8_t *ret);

// A key as PEM text, with the mark of a development key in front of it. passphrase may be NULL.
int tn_key_to_pem(void *pkey, bool private_half, bool dev, const char *passphrase,
        struct tn_buf *ret, struct tn_fault *f);

#endif

// SPDX-License-Identifier: Apache-2.0
// A public key as data: `tenon getpub --lang c` writes tables of them. Const on a chip.
#ifndef TN_CRYPTO_KEY_H
#define TN_CRYPTO_KEY_H

#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

// The kind of a public key. A TLV type alone is not enough: P-256 and P-384 share one.
enum tn_key_kind {
    TN_KEY_P256 = 1,     // x and y, 32 bytes each, big-endian
    TN_KEY_P384 = 2,     // x and y, 48 bytes each, big-endian
    TN_KEY_ED25519 = 3,  // 32 bytes, RFC 8032 section 5.1.2
    TN_KEY_RSA2048 = 4,  // the modulus, 256 bytes, big-endian; the exponent is 65537
    TN_KEY_RSA3072 = 5,  // the same, 384 bytes
};

// The use of a key. A signature of an image counts if its key's role is TN_KEY_FOR_IMAGES. A
// program whose keys have other roles gives its trust a table that was made by them:
// tn_keys_for_image (image/key_role.h), or a keyring (boot/keyring.h). Without one, those keys
// verify nothing.
enum tn_key_role {
    TN_KEY_FOR_IMAGES = 0,  // any image
    TN_KEY_FOR_LISTS = 1,   // key lists (image/key_list.h), and no image
    TN_KEY_REVOKED = 2,     // nothing
    TN_KEY_FOR_IMAGE = 16,  // + n, from 0 to 14: image n of a device that has several
};

struct tn_key {
    uint8_t kind;  // enum tn_key_kind; 0 ends a table of keys
    uint8_t role;  // enum tn_key_role; a key of another role verifies no image
    uint16_t len;  // of bytes
    // SHA-256 of the key's DER form, as in the image TLV KEYHASH: of PKCS #1 for RSA, of
    // SubjectPublicKeyInfo for the others. Behind it the longer hash that images have whose hash is
    // longer: for P-384 SHA-384, for Ed25519 SHA-512.
    const uint8_t *hash;
    const uint8_t *bytes;  // the key itself, in the form that kind names
};

TN_C_END

#endif

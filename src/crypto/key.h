// SPDX-License-Identifier: Apache-2.0
// A public key as data: `tenon getpub --lang c` writes tables of them. Const on a chip.
#ifndef TN_CRYPTO_KEY_H
#define TN_CRYPTO_KEY_H

#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

// The kind of a public key. A TLV type alone is not enough: P-256 and P-384 share one.
enum tn_key_kind {
    TN_KEY_P256 = 1,  // x and y, 32 bytes each, big-endian
};

// The use of a key.
enum tn_key_role {
    TN_KEY_FOR_IMAGES = 0,  // any image
};

struct tn_key {
    uint8_t kind;          // enum tn_key_kind; 0 ends a table of keys
    uint8_t role;          // enum tn_key_role; a key of another role verifies no image
    uint16_t len;          // of bytes
    const uint8_t *hash;   // SHA-256 of the key's DER form, as in the image TLV KEYHASH
    const uint8_t *bytes;  // the key itself, in the form that kind names
};

TN_C_END

#endif

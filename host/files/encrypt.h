// SPDX-License-Identifier: Apache-2.0
// Encrypts images for devices, and decrypts them for their owner, by OpenSSL's libcrypto.
//
// Formats: MCUboot docs/encrypted_images.md; doc/reference/mcuboot.md section 5. Each image gets a
// random AES key, wrapped for the device's key.
#ifndef TN_HOST_FILES_ENCRYPT_H
#define TN_HOST_FILES_ENCRYPT_H

#include "base/compiler.h"
#include "host/files/key.h"

TN_C_BEGIN

enum {
    TN_ENCRYPT_KEY_MAX = 32,
    TN_ENCRYPT_TLV_MAX = 256,  // bytes of the longest wrapped key, RSA's
};

// For whom an image is encrypted, and how. One of key and kek is set.
struct tn_encrypt {
    const struct tn_key_pair *key;  // P-256, X25519 or RSA-2048
    const struct tn_buf *kek;       // a key that wraps keys (AES-KW), of 16 or 32 bytes
    unsigned bits;                  // of the AES key: 128 or 256; 0: 128, or as many as kek has
    unsigned hmac_sha;              // X25519: 256 or 512; 0: 256
};

// An image's key.
struct tn_image_secret {
    uint8_t bytes[TN_ENCRYPT_KEY_MAX];
    size_t len;
};

// The TLV that a device finds its image's key in.
struct tn_wrapped {
    uint16_t type;
    uint8_t bytes[TN_ENCRYPT_TLV_MAX];
    size_t len;
};

// Makes a random key and wraps it. Fault: USAGE for keys that cannot do it.
int tn_encrypt_make(const struct tn_encrypt *e, struct tn_image_secret *ret_key,
        struct tn_wrapped *ret, struct tn_fault *f);

// Gets the key out of the TLV with the private half of e's key, or with e's kek. Fault: FOREIGN_KEY
// if it was wrapped for another key.
int tn_encrypt_open(const struct tn_encrypt *e, const struct tn_wrapped *w,
        struct tn_image_secret *ret, struct tn_fault *f);

// Encrypts or decrypts a payload.
int tn_encrypt_payload(
        const struct tn_image_secret *key, uint8_t *payload, size_t len, struct tn_fault *f);

// What a TLV of this type wraps a key for, in words: "ECIES-P256". NULL: it is of another kind.
const char *tn_encrypt_words(uint16_t type);

TN_C_END

#endif

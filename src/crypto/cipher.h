// SPDX-License-Identifier: Apache-2.0
// The cipher of encrypted images as a row: the board chooses the library that computes it.
#ifndef TN_CRYPTO_CIPHER_H
#define TN_CRYPTO_CIPHER_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

enum {
    TN_AES128_KEY = 16,  // bytes of a key
    TN_AES256_KEY = 32,
    TN_CIPHER_KEY_MAX = TN_AES256_KEY,
};

struct tn_cipher {
    // Encrypts or decrypts, which is the same: XORs len bytes with the key's stream from its byte
    // pos on. key_len is 16 or 32. Keeps nothing of the key.
    void (*convert)(const uint8_t *key, size_t key_len, uint32_t pos, uint8_t *buf, size_t len);
};

// AES in counter mode by BearSSL's small implementation: 1.0 KB on a Cortex-M0. The counter block
// is the number of the block of 16 bytes, big-endian, from 0 on; there is no nonce, since each
// image has a key of its own (MCUboot docs/encrypted_images.md).
extern const struct tn_cipher tn_aes_bearssl;

TN_C_END

#endif

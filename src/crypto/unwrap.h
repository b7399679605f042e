// SPDX-License-Identifier: Apache-2.0
// How a device gets an image's key, which the image carries wrapped for that device: rows over
// libraries, or over a chip's own store of keys.
//
// Forms of the wrapped keys: MCUboot docs/encrypted_images.md; doc/reference/mcuboot.md section 5.
#ifndef TN_CRYPTO_UNWRAP_H
#define TN_CRYPTO_UNWRAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

enum {
    TN_WRAP_MAX = 256,  // bytes of the longest wrapped key, RSA-2048's
};

// A private key and how to use it. Const on a chip.
struct tn_unwrap {
    uint16_t tlv;  // the image TLV that holds keys wrapped like this
    // Gets the image's key out of the TLV's len bytes, which may be hostile. ret_key:
    // TN_CIPHER_KEY_MAX bytes. One library call that cannot be divided, about as long as the check
    // of a signature. Returns the key's length, 16 or 32; or TN_EUNWRAP: it was wrapped for another
    // key, or is damaged.
    int (*unwrap)(const struct tn_unwrap *u, const uint8_t *data, size_t len, uint8_t *ret_key);
    const void *key;  // the private key, in the form that unwrap wants
};

// ---- ECIES, TLVs 0x32 to 0x34 ----------------------------------------------------------------

// The curve as a row.
struct tn_ecdh {
    uint8_t point_len;  // bytes of the public point in the TLV, its first byte (4) included
    // Computes the secret shared between a private key of 32 bytes and the point. Returns 0, or
    // TN_EUNWRAP: the point is not on the curve, or of a small order.
    int (*shared)(const uint8_t *private_key, const uint8_t *point, uint8_t *ret_secret);
};

// P-256 by p256-m of Mbed TLS, by micro-ecc, by P256-Cortex-M4; X25519 by BearSSL. Private keys are
// 32 bytes: big-endian for P-256, as in RFC 7748 for X25519.
extern const struct tn_ecdh tn_ecdh_p256_m;
extern const struct tn_ecdh tn_ecdh_microecc;
extern const struct tn_ecdh tn_ecdh_p256_cortex_m4;
extern const struct tn_ecdh tn_ecdh_x25519;

struct tn_ecies_key {
    const struct tn_ecdh *ecdh;
    const uint8_t *private_key;  // 32 bytes
};

// With SHA-256 and AES by BearSSL, TLVs 0x32 (P-256) and 0x33 (X25519). key: struct
// tn_ecies_key.
int tn_unwrap_ecies(const struct tn_unwrap *u, const uint8_t *data, size_t len, uint8_t *ret_key);

// The same with SHA-256 by Mbed TLS: smaller and slower.
int tn_unwrap_ecies_small(
        const struct tn_unwrap *u, const uint8_t *data, size_t len, uint8_t *ret_key);

// Over SHA-512, TLV 0x34 (X25519).
int tn_unwrap_ecies_sha512(
        const struct tn_unwrap *u, const uint8_t *data, size_t len, uint8_t *ret_key);

// ---- The others ------------------------------------------------------------------------------

// A key encryption key: as long as the keys that it wraps.
struct tn_kw_key {
    const uint8_t *bytes;
    uint8_t len;  // 16 or 32
};

// RSA-2048.
struct tn_rsa_key {
    const uint8_t *parts;  // p, q, dp, dq and the inverse of q, 128 bytes each, big-endian
};

// RSA-OAEP with SHA-256 by BearSSL, TLV 0x30, for either kind of core, as the rows of sig.h are.
// key: struct tn_rsa_key.
int tn_unwrap_rsa_i15(const struct tn_unwrap *u, const uint8_t *data, size_t len, uint8_t *ret_key);
int tn_unwrap_rsa_i31(const struct tn_unwrap *u, const uint8_t *data, size_t len, uint8_t *ret_key);

// AES key wrap (RFC 3394) by Mbed TLS, TLV 0x31. key: struct tn_kw_key.
int tn_unwrap_kw(const struct tn_unwrap *u, const uint8_t *data, size_t len, uint8_t *ret_key);

TN_C_END

#endif

// SPDX-License-Identifier: Apache-2.0
// A signature algorithm as a row: the board chooses the library that checks it.
#ifndef TN_CRYPTO_SIG_H
#define TN_CRYPTO_SIG_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "crypto/key.h"

TN_C_BEGIN

// The one value that means "genuine". It differs in many bits from 0, 1 and all ones, so that
// neither a flipped bit nor a skipped instruction produces it.
#define TN_GENUINE 0x5ac3a569u

// Converts a library's result ok: TN_GENUINE for 1, 0 for 0. Computes it twice and without a
// branch, so that no skipped instruction turns one into the other.
static inline uint32_t tn_genuine_if(uint32_t ok) {
    uint32_t verdict = (0u - ok) & TN_GENUINE;

    TN_OPAQUE(ok);
    TN_OPAQUE(verdict);
    return verdict & (0u - ok);
}

struct tn_sig_alg {
    uint16_t tlv;  // the image TLV that holds such a signature
    uint8_t kind;  // of the key: enum tn_key_kind

    // Checks sig, in the TLV's encoding, over a hash of hash_len bytes. sig may be hostile. Checks
    // key, too. This is one library call that cannot be divided; each port states its time. Returns
    // TN_GENUINE; any other value is a refusal.
    uint32_t (*verify)(const struct tn_key *key, const uint8_t *hash, size_t hash_len,
            const uint8_t *sig, size_t sig_len);
};

// ECDSA on P-256 by micro-ecc.
extern const struct tn_sig_alg tn_p256_microecc;

// The same for keys that `tenon getpub` checked when the program was built: 200 bytes smaller. Does
// not check that the key lies on the curve.
extern const struct tn_sig_alg tn_p256_microecc_built_in;

// ECDSA on P-256 by p256-m of Mbed TLS: the smallest, and the slowest.
extern const struct tn_sig_alg tn_p256_m;

// ECDSA on P-256 by P256-Cortex-M4: the fastest, for cores that have UMAAL.
extern const struct tn_sig_alg tn_p256_cortex_m4;

// ECDSA on P-384 by BearSSL. i15 is for cores without a long multiplication (Cortex-M0 and M0+);
// i31 is for the others.
extern const struct tn_sig_alg tn_p384_bearssl_i15;
extern const struct tn_sig_alg tn_p384_bearssl_i31;

// Ed25519 by Monocypher, over the SHA-256 or SHA-512 digest of the image (imgtool without --pure).
extern const struct tn_sig_alg tn_ed25519_monocypher;

// RSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes, by BearSSL. The signature has 256
// or 384 bytes: the trust needs other_keys.
extern const struct tn_sig_alg tn_rsa2048_bearssl_i15;
extern const struct tn_sig_alg tn_rsa3072_bearssl_i15;
extern const struct tn_sig_alg tn_rsa2048_bearssl_i31;
extern const struct tn_sig_alg tn_rsa3072_bearssl_i31;

struct tn_hash;

// A signature algorithm over the image itself, not over its hash (TLV SIG_PURE), for a library that
// streams.
struct tn_pure_alg {
    uint16_t tlv;  // the image TLV that holds such a signature
    uint8_t kind;  // of the key: enum tn_key_kind
    uint8_t len;   // of the signature

    // Begins a hash and adds what precedes the image. sig has len bytes.
    void (*begin)(struct tn_hash *h, const struct tn_key *key, const uint8_t *sig);

    // Checks sig: the same bytes as for begin. hash: TN_HASH_MAX bytes, of what begin began and the
    // image that was added. Returns as verify of struct tn_sig_alg.
    uint32_t (*end)(const struct tn_key *key, const uint8_t *hash, const uint8_t *sig);
};

// Pure Ed25519 (RFC 8032) by Monocypher.
extern const struct tn_pure_alg tn_ed25519_pure_monocypher;

TN_C_END

#endif

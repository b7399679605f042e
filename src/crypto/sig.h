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

TN_C_END

#endif

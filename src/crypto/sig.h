// SPDX-License-Identifier: Apache-2.0
// A signature algorithm as a row: which library checks it is a board's choice.
#ifndef TN_CRYPTO_SIG_H
#define TN_CRYPTO_SIG_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "crypto/key.h"

// The one value that means "genuine". Many bits differ from 0, 1 and all ones, so that neither
// a flipped bit nor a skipped instruction makes it.
#define TN_GENUINE 0x5ac3a569u

// TN_GENUINE if a library's answer ok is 1, 0 if it is 0: twice and without a branch, so that no
// instruction that is skipped makes the one of the other.
static inline uint32_t tn_genuine_if(uint32_t ok) {
    uint32_t verdict = (0u - ok) & TN_GENUINE;

    TN_OPAQUE(ok);
    TN_OPAQUE(verdict);
    return verdict & (0u - ok);
}

struct tn_sig_alg {
    uint16_t tlv;  // the image TLV that carries such a signature
    uint8_t kind;  // of key: enum tn_key_kind

    // Checks sig, in the TLV's encoding and as hostile as it comes, over a hash of hash_len
    // bytes. key is checked too. One library call that cannot be divided: its time is the
    // port's to state. Returns TN_GENUINE, or anything else for a refusal.
    uint32_t (*verify)(const struct tn_key *key, const uint8_t *hash, size_t hash_len,
            const uint8_t *sig, size_t sig_len);
};

// ECDSA on P-256 by micro-ecc.
extern const struct tn_sig_alg tn_p256_microecc;

// The same for keys that were checked when the program was built (tenon getpub does), 200 bytes
// smaller: it believes that a key lies on the curve.
extern const struct tn_sig_alg tn_p256_microecc_built_in;

// By p256-m of Mbed TLS: the smallest, and the slowest.
extern const struct tn_sig_alg tn_p256_m;

// By P256-Cortex-M4: the fastest, for cores that have UMAAL.
extern const struct tn_sig_alg tn_p256_cortex_m4;

#endif

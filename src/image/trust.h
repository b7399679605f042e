// SPDX-License-Identifier: Apache-2.0
// The keys that a program trusts, and the algorithms that it uses to check images.
//
// Const on a chip.
#ifndef TN_IMAGE_TRUST_H
#define TN_IMAGE_TRUST_H

#include "base/compiler.h"
#include "crypto/hash.h"
#include "crypto/sig.h"

TN_C_BEGIN

struct tn_image_src;
struct tn_image_hdr;
struct tn_tlv;
struct tn_verify;

// For signatures over the image itself (imgtool --pure).
struct tn_trust_pure {
    // tn_verify_pure of image/pure.h.
    int (*begin)(struct tn_verify *v, const struct tn_key *key, uint16_t type, const uint8_t *sig,
            uint16_t len);
    const struct tn_pure_alg *alg;
    uint8_t *sig;  // RAM for a signature, alg->len bytes; one check at a time uses it
};

struct tn_trust {
    const struct tn_hash_alg *hash;        // SHA-256: of uploaded files, and of images
    const struct tn_sig_alg *const *algs;  // rows; a signature of any other type counts as unknown
    size_t nalgs;                          // 0: signatures are not checked
    const struct tn_key *keys;             // ends with a key of kind 0; NULL: no keys
    // For images with other hashes: chooses one of hashes by the image's TLVs (tn_trust_pick_hash
    // of image/pick_hash.c), or hash if none fits. NULL: all images use hash.
    const struct tn_hash_alg *(*pick_hash)(const struct tn_trust *trust,
            const struct tn_image_src *src, const struct tn_image_hdr *hdr);
    const struct tn_hash_alg *const *hashes;
    size_t nhashes;
    // RAM for TLVs above 192 bytes, which are signatures by RSA: 384 bytes for RSA-3072. One check
    // at a time uses it. NULL: such signatures are wrong.
    uint8_t *long_tlv;
    uint16_t long_tlv_size;
    // For images with the whole public key (TLV PUBKEY) in place of its hash: finds the key in keys
    // (tn_trust_find_pubkey of image/pubkey.c). NULL: the TLV selects no key.
    int (*find_pubkey)(struct tn_verify *v, const struct tn_tlv *tlv);
    const struct tn_trust_pure *pure;  // NULL: such signatures are of an unknown kind
};

const struct tn_hash_alg *tn_trust_pick_hash(const struct tn_trust *trust,
        const struct tn_image_src *src, const struct tn_image_hdr *hdr);

int tn_trust_find_pubkey(struct tn_verify *v, const struct tn_tlv *tlv);

TN_C_END

#endif

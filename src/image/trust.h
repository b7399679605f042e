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
struct tn_other_keys;

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
    // For images with whole public keys, with key hashes that are not SHA-256, with signatures
    // above 104 bytes (RSA), or with pure signatures. NULL: those are signed by unknown keys, and
    // RSA's are wrong.
    const struct tn_other_keys *other;
};

const struct tn_hash_alg *tn_trust_pick_hash(const struct tn_trust *trust,
        const struct tn_image_src *src, const struct tn_image_hdr *hdr);

TN_C_END

#endif

// SPDX-License-Identifier: Apache-2.0
// Whom a program believes: keys, and the algorithms that it linked to check them.
//
// Const on a chip.
#ifndef TN_IMAGE_TRUST_H
#define TN_IMAGE_TRUST_H

#include "crypto/hash.h"
#include "crypto/sig.h"

struct tn_image_src;
struct tn_image_hdr;

struct tn_trust {
    const struct tn_hash_alg *hash;        // SHA-256: of files that are uploaded, and of images
    const struct tn_sig_alg *const *algs;  // rows: what none of them checks counts as unknown
    size_t nalgs;                          // 0: nobody here checks signatures
    const struct tn_key *keys;             // behind the last one is one of kind 0; NULL: no key
    // For images with other hashes: chooses the row of hashes by the image's TLVs
    // (tn_trust_pick_hash of image/pick_hash.c); hash if none fits. NULL: images have hash.
    const struct tn_hash_alg *(*pick_hash)(const struct tn_trust *trust,
            const struct tn_image_src *src, const struct tn_image_hdr *hdr);
    const struct tn_hash_alg *const *hashes;
    size_t nhashes;
};

const struct tn_hash_alg *tn_trust_pick_hash(const struct tn_trust *trust,
        const struct tn_image_src *src, const struct tn_image_hdr *hdr);

#endif

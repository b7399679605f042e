// SPDX-License-Identifier: Apache-2.0
// For a trust with several hash rows: uses the row whose TLV the image has.
#include "image/source.h"
#include "image/trust.h"

const struct tn_hash_alg *tn_trust_pick_hash(const struct tn_trust *trust,
        const struct tn_image_src *src, const struct tn_image_hdr *hdr) {
    struct tn_tlv tlv;

    for (size_t i = 0; i < trust->nhashes; i++) {
        if (!tn_image_find_tlv(src, hdr, trust->hashes[i]->tlv, &tlv)) {
            return trust->hashes[i];
        }
    }
    return trust->hash;
}

// SPDX-License-Identifier: Apache-2.0
// Images with the whole public key in place of its hash (imgtool --public-key-format full). The key
// is trusted if the trust has its hash; the trust's own copy of the key checks the signature.
#include "image/verify_priv.h"

int tn_trust_find_pubkey(struct tn_verify *v, const struct tn_tlv *tlv) {
    struct tn_hash h;

    tn_hash_begin(&h, v->hash.alg);
    for (uint32_t at = 0, n; at < tlv->len; at += n) {
        n = tn_min(tlv->len - at, sizeof(v->buf));
        if (tn_image_get(&v->src, tlv->off + at, v->buf, n)) {
            return TN_ETLV;
        }
        tn_hash_add(&h, v->buf, n);
    }
    uint16_t len = h.alg->len;
    tn_hash_end(&h, v->buf);
    v->key = tn_trust_find_key(v->trust, v->buf, len);
    return 0;
}

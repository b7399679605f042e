// SPDX-License-Identifier: Apache-2.0
#include "image/pure.h"

#include "image/verify_priv.h"

// Hashes the image's next piece; after the last one, checks the signature. The signature is the
// copy that the hash began with: were it read again, flash outside of the chip could return another
// one, which was computed from this very hash.
static int pass(struct tn_verify *v) {
    const struct tn_trust_pure *pure = v->trust->pure;
    uint32_t end = tn_image_hashed_len(&v->hdr);
    int rc = tn_verify_hash_step(v, end);

    if (rc == TN_MORE && v->hashed == end) {
        v->sig_ok = pure->alg->end(v->key, tn_verify_digest(v), pure->sig);
        v->key = NULL;
        v->pass = NULL;
    }
    return rc;
}

int tn_verify_pure(struct tn_verify *v, const struct tn_key *key, uint16_t type, const uint8_t *sig,
        uint16_t len) {
    const struct tn_trust_pure *pure = v->trust->pure;

    if (v->hash_ok != TN_WHOLE) {
        return TN_EHASH;  // the pass replaces the digest
    }
    if (!key || key->kind != pure->alg->kind || type != pure->alg->tlv) {
        v->error = v->error == TN_ENOSIG ? TN_EKEY : v->error;
        return 0;
    }
    v->error = TN_ESIG;
    v->sig_ok = 0;
    if (len == pure->alg->len) {
        memcpy(pure->sig, sig, len);
        pure->alg->begin(&v->hash, key, pure->sig);
        v->hashed = 0;
        v->key = key;
        v->pass = pass;
    }
    return TN_MORE;
}

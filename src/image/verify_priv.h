// SPDX-License-Identifier: Apache-2.0
// What the parts of a check share. Inline, so that a program without the other parts pays nothing
// for them.
#ifndef TN_IMAGE_VERIFY_PRIV_H
#define TN_IMAGE_VERIFY_PRIV_H

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "image/verify.h"

// Hashes the next piece. At the end, stores the digest. TN_MORE, or why the image is refused.
static inline int tn_verify_hash_step(struct tn_verify *v, uint32_t end) {
    uint32_t n = tn_min(end - v->hashed, sizeof(v->buf));
    int err = tn_image_get(&v->src, v->hashed, v->buf, n);

    if (err) {
        return err;
    }
    tn_hash_add(&v->hash, v->buf, n);
    v->hashed += n;
    if (v->hashed == end) {
        tn_hash_end(&v->hash, v->buf);
        memcpy(tn_verify_digest(v), v->buf, TN_HASH_MAX);
    }
    return TN_MORE;
}

// Length and hash of a key agree: no length 0 matches.
static inline bool tn_key_has_hash(const struct tn_key *key, const uint8_t *hash, uint16_t len) {
    return (len == TN_HASH_LEN && memcmp(hash, key->hash, TN_HASH_LEN) == 0) ||
            (len && len == key->long_hash_len && memcmp(hash, key->long_hash, len) == 0);
}

// The image key whose DER form has this hash, of len bytes; NULL if there is none.
static inline const struct tn_key *tn_trust_find_key(
        const struct tn_trust *trust, const uint8_t *hash, uint16_t len) {
    const struct tn_key *key = trust->keys;

    for (; key && key->kind; key++) {
        if (key->role == TN_KEY_FOR_IMAGES && tn_key_has_hash(key, hash, len)) {
            return key;
        }
    }
    return NULL;
}

#endif

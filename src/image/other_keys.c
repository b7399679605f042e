// SPDX-License-Identifier: Apache-2.0
#include "image/other_keys.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"

// ---- Keys ---------------------------------------------------------------------------------------

// Length of the hash behind a key's SHA-256; 0: none.
static uint16_t long_len(const struct tn_key *key) {
    return key->kind == TN_KEY_P384 ? 48 : key->kind == TN_KEY_ED25519 ? 64 : 0;
}

static bool has_hash(const struct tn_key *key, const uint8_t *hash, uint16_t len) {
    return (len == TN_HASH_LEN && memcmp(hash, key->hash, len) == 0) ||
            (len && len == long_len(key) && memcmp(hash, key->hash + TN_HASH_LEN, len) == 0);
}

static int select_key(struct tn_verify *v, const uint8_t *hash, uint16_t len) {
    const struct tn_key *key = v->trust->keys;

    while (key && key->kind && (key->role != TN_KEY_FOR_IMAGES || !has_hash(key, hash, len))) {
        key++;
    }
    v->key = key && key->kind ? key : NULL;
    return TN_MORE;
}

static int look_at_key_hash(struct tn_verify *v, const struct tn_tlv *tlv) {
    uint16_t len = tlv->len <= TN_HASH_MAX ? tlv->len : 0;

    if (tn_image_get(&v->src, tlv->off, v->buf, len)) {
        return TN_ETLV;
    }
    return select_key(v, v->buf, len);
}

// The key's own hash is of the same kind as the image's. The trust's copy of the key checks the
// signature, not this one.
static int look_at_key(struct tn_verify *v, const struct tn_tlv *tlv) {
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
    return select_key(v, v->buf, len);
}

// ---- Signatures ---------------------------------------------------------------------------------

static int unknown_key(struct tn_verify *v) {
    v->key = NULL;
    v->error = v->error == TN_ENOSIG ? TN_EKEY : v->error;
    return TN_MORE;
}

// The mark: one byte, 1, as MCUboot wants it.
static int look_at_mark(struct tn_verify *v, const struct tn_tlv *tlv) {
    uint8_t mark = 0;

    if (tlv->len != 1 || tn_image_get(&v->src, tlv->off, &mark, 1) || mark != 1) {
        return TN_ETLV;
    }
    if (!v->trust->other->pure) {
        return TN_EKEY;
    }
    v->pure = TN_PURE_MARKED;
    return TN_MORE;
}

// Begins the second pass: the steps hash the image again, then meet the signature again.
static int begin_pure(struct tn_verify *v, const struct tn_tlv *tlv) {
    const struct tn_other_keys *other = v->trust->other;

    if (v->hash_ok != TN_WHOLE) {
        return TN_EHASH;  // the pass replaces the digest that a later TLV would be compared with
    }
    if (!v->key || v->key->kind != other->pure->kind || tlv->type != other->pure->tlv) {
        return unknown_key(v);
    }
    v->error = TN_ESIG;
    v->sig_ok = 0;
    if (tlv->len != other->pure->len || tlv->len > other->sig_size) {
        return TN_ESIG;
    }
    if (tn_image_get(&v->src, tlv->off, other->sig, tlv->len)) {
        return TN_ETLV;
    }
    other->pure->begin(&v->hash, v->key, other->sig);
    v->hashed = 0;
    v->tlvs.next = tlv->off - TN_TLV_HEAD_LEN;
    v->pure = TN_PURE_READING;
    return TN_MORE;
}

// The signature is the copy that the hash began with: were it read again, flash outside of the chip
// could return another one, which was computed from this very hash.
static int end_pure(struct tn_verify *v) {
    const struct tn_other_keys *other = v->trust->other;

    v->sig_ok = other->pure->end(v->key, tn_verify_digest(v), other->sig);
    v->key = NULL;
    v->pure = TN_PURE_MARKED;
    return TN_MORE;
}

static int look_at_long(struct tn_verify *v, const struct tn_tlv *tlv) {
    const struct tn_other_keys *other = v->trust->other;
    uint16_t len = tlv->len <= other->sig_size ? tlv->len : 0;

    if (tn_image_get(&v->src, tlv->off, other->sig, len)) {
        return TN_ETLV;
    }
    const struct tn_trust *trust = v->trust;
    size_t i = 0;
    while (v->key && i < trust->nalgs &&
            (trust->algs[i]->tlv != tlv->type || trust->algs[i]->kind != v->key->kind)) {
        i++;
    }
    if (!v->key || i == trust->nalgs) {
        return unknown_key(v);
    }
    v->error = TN_ESIG;
    v->sig_ok =
            trust->algs[i]->verify(v->key, tn_verify_digest(v), v->hash.alg->len, other->sig, len);
    v->key = NULL;
    return TN_MORE;
}

static int look_at_sig(struct tn_verify *v, const struct tn_tlv *tlv) {
    if (v->hash_only) {
        return 0;
    }
    return v->pure ? begin_pure(v, tlv) : tlv->len > TN_VERIFY_DATA ? look_at_long(v, tlv) : 0;
}

int tn_other_keys_look_at(struct tn_verify *v, const struct tn_tlv *tlv) {
    // The steps met this TLV before. Were it another one now, the key would be another one, too.
    if (v->pure == TN_PURE_READING) {
        return tlv->type == v->trust->other->pure->tlv ? end_pure(v) : TN_ETLV;
    }
    switch (tlv->type) {
    case TN_TLV_KEYHASH:
        return look_at_key_hash(v, tlv);
    case TN_TLV_PUBKEY:
        return v->trust->other->pubkey ? look_at_key(v, tlv) : 0;
    case TN_TLV_SHA256:
    case TN_TLV_SHA384:
    case TN_TLV_SHA512:
        // Of several hashes, a device might be asked for the wrong one.
        return tlv->type == v->hash.alg->tlv ? 0 : TN_EHASH;
    case TN_TLV_SIG_PURE:
        return v->hash_only ? 0 : look_at_mark(v, tlv);
    case TN_TLV_RSA2048_PSS:
    case TN_TLV_RSA3072_PSS:
    case TN_TLV_ECDSA_SIG:
    case TN_TLV_ED25519:
        return look_at_sig(v, tlv);
    default:
        return 0;
    }
}

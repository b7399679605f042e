// SPDX-License-Identifier: Apache-2.0
// Follows the order of MCUboot (doc/reference/mcuboot.md section 1): a KEYHASH selects the key for
// the next signature; a signature with an unknown key is skipped; of several signatures by known
// keys, the last one decides. MCUboot compares only as many bytes of a KEYHASH as there are; Tenon
// requires all of them.
#include "image/verify_priv.h"

_Static_assert((int)TN_HASH_MAX <= (int)TN_HASH_STATE, "struct tn_verify.hash holds a digest");
_Static_assert((int)TN_HASH_MAX <= (int)TN_VERIFY_STEP, "struct tn_verify.buf holds a digest");

static bool is_hash(uint16_t type) {
    return type >= TN_TLV_SHA256 && type <= TN_TLV_SHA512;
}

static bool is_sig(uint16_t type) {
    return type >= TN_TLV_RSA2048_PSS && type <= TN_TLV_ED25519;
}

// Types allowed among the unprotected TLVs, which are not signed: MCUboot's allow-list.
static bool allowed(uint16_t type) {
    return type == TN_TLV_KEYHASH || type == TN_TLV_PUBKEY || is_hash(type) || is_sig(type) ||
            type == TN_TLV_SIG_PURE || (type >= TN_TLV_ENC_RSA2048 && type <= TN_TLV_ENC_X25519);
}

static int refuse(struct tn_verify *v, int error) {
    v->error = error;
    v->result = TN_REFUSED;
    v->trust = NULL;  // ends the check: no step continues without it
    return 0;
}

void tn_verify_begin(struct tn_verify *v, const struct tn_trust *trust, bool hash_only) {
    memset(&v->result, 0, offsetof(struct tn_verify, buf) - offsetof(struct tn_verify, result));
    v->trust = trust;
    v->hash_only = hash_only;
    int err = tn_image_open(&v->src, &v->hdr);
    if (!err) {
        err = tn_tlv_begin(&v->tlvs, &v->src, &v->hdr);
    }
    if (err) {
        refuse(v, err);
        return;
    }
    const struct tn_hash_alg *alg = trust->hash;
    if (trust->pick_hash) {
        alg = trust->pick_hash(trust, &v->src, &v->hdr);
    }
    tn_hash_begin(&v->hash, alg);
    v->error = TN_ENOSIG;  // until a TLV changes it
}

// The row that checks signatures of this type with the selected key; NULL if there is none.
static const struct tn_sig_alg *find_alg(const struct tn_verify *v, uint16_t type) {
    for (size_t i = 0; v->key && i < v->trust->nalgs; i++) {
        const struct tn_sig_alg *alg = v->trust->algs[i];
        if (alg->tlv == type && alg->kind == v->key->kind) {
            return alg;
        }
    }
    return NULL;
}

// Checks a signature if its key is known and a row supports it. TN_MORE if it was checked.
static int check_sig(struct tn_verify *v, uint16_t type, const uint8_t *sig, uint16_t len) {
    const struct tn_sig_alg *alg = find_alg(v, type);
    const struct tn_key *key = v->key;

    v->key = NULL;
    if (v->is_pure) {
        return v->trust->pure->begin(v, key, type, sig, len);
    }
    if (!alg) {
        v->error = v->error == TN_ENOSIG ? TN_EKEY : v->error;
        return 0;
    }
    v->error = TN_ESIG;
    v->sig_ok = alg->verify(key, tn_verify_digest(v), v->hash.alg->len, sig, len);
    return TN_MORE;
}

// True if the image's hash is in this TLV. Of several hashes, each would have to be the right one.
static bool is_right_hash(const struct tn_verify *v, const struct tn_tlv *tlv) {
    return tlv->type == v->hash.alg->tlv && tlv->len == v->hash.alg->len &&
            memcmp(v->buf, v->hash.state, tlv->len) == 0;
}

// The mark of a pure signature: one byte, 1 (MCUboot). A trust without such signatures refuses the
// image here: as a signature of the hash it would be wrong, which is another reason.
static int look_at_pure(struct tn_verify *v, uint16_t len) {
    if (len != 1 || v->buf[0] != 1) {
        return TN_ETLV;
    }
    v->is_pure = !v->hash_only;
    return v->is_pure && !v->trust->pure ? TN_EKEY : 0;
}

// Handles one TLV. Returns TN_MORE if it checked a signature, 0, or why the image is refused. No
// protected TLV decides anything here.
static int look_at(struct tn_verify *v, const struct tn_tlv *tlv) {
    uint8_t *data = v->buf;
    uint16_t room = sizeof(v->buf);
    uint16_t len = tlv->len;

    if (tlv->is_protected) {
        return 0;
    }
    if (len > room && v->trust->long_tlv) {
        data = v->trust->long_tlv;
        room = v->trust->long_tlv_size;
    }
    // A TLV longer than data is ignored or has a wrong length; it is never truncated.
    if (!allowed(tlv->type) || (len <= room && tn_image_get(&v->src, tlv->off, data, len))) {
        return TN_ETLV;
    }
    if (is_hash(tlv->type)) {
        v->hash_ok = TN_WHOLE;
        return is_right_hash(v, tlv) ? 0 : TN_EHASH;
    }
    if (tlv->type == TN_TLV_KEYHASH) {
        v->key = len <= room ? tn_trust_find_key(v->trust, data, len) : NULL;
    } else if (tlv->type == TN_TLV_PUBKEY && v->trust->find_pubkey) {
        return v->trust->find_pubkey(v, tlv);
    } else if (tlv->type == TN_TLV_SIG_PURE) {
        return look_at_pure(v, len);
    } else if (is_sig(tlv->type) && !v->hash_only) {
        return check_sig(v, tlv->type, data, len <= room ? len : 0);
    }
    return 0;
}

// All TLVs were looked at. 0, or why the image is refused. Both results are copied, not compared:
// no branch here makes TN_GENUINE.
static int conclude(struct tn_verify *v) {
    if (v->hash_ok != TN_WHOLE) {
        return TN_EHASH;
    }
    if (!v->hash_only && (v->hdr.flags & TN_IMAGE_NON_BOOTABLE)) {
        return TN_EFLAGS;
    }
    if (!v->hash_only && v->sig_ok != TN_GENUINE) {
        return v->error;
    }
    v->result = v->hash_only ? v->hash_ok : v->sig_ok;
    v->error = 0;
    return 0;
}

static int tlv_step(struct tn_verify *v) {
    struct tn_tlv tlv;
    int rc;

    while ((rc = tn_tlv_next(&v->tlvs, &tlv)) > 0) {
        rc = look_at(v, &tlv);
        if (rc) {
            return rc;
        }
    }
    return rc ? rc : conclude(v);
}

int tn_verify_step(struct tn_verify *v) {
    uint32_t end = tn_image_hashed_len(&v->hdr);

    if (!v->trust || v->result) {
        return 0;  // refused or done
    }
    int rc = v->pass ? v->pass(v) : v->hashed < end ? tn_verify_hash_step(v, end) : tlv_step(v);
    return rc < 0 ? refuse(v, rc) : rc;
}

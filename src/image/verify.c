// SPDX-License-Identifier: Apache-2.0
// Follows the order of MCUboot (doc/reference/mcuboot.md section 1): a KEYHASH selects the key for
// the next signature; a signature with an unknown key is skipped; of several signatures by known
// keys, the last one decides. MCUboot compares only as many bytes of a KEYHASH as there are; Tenon
// requires all of them.
#include "image/verify.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "image/other_keys.h"

_Static_assert((int)TN_HASH_MAX <= (int)TN_VERIFY_STEP, "struct tn_verify.buf holds a digest");
_Static_assert((int)TN_HASH_MAX <= (int)TN_HASH_STATE, "struct tn_verify.hash holds a digest");

// The mark of a pure signature counts as a signature of an unknown kind.
static bool is_sig(uint16_t type) {
    return type >= TN_TLV_RSA2048_PSS && type <= TN_TLV_SIG_PURE;
}

// Types allowed among the unprotected TLVs, which are not signed: MCUboot's allow-list.
static bool allowed(uint16_t type) {
    return type == TN_TLV_KEYHASH || type == TN_TLV_PUBKEY ||
            (type >= TN_TLV_SHA256 && type <= TN_TLV_SHA512) || is_sig(type) ||
            (type >= TN_TLV_ENC_RSA2048 && type <= TN_TLV_ENC_X25519_SHA512);
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

// Hashes the next piece. At the end, stores the digest. TN_MORE, or why the image is refused.
static int hash_step(struct tn_verify *v, uint32_t end) {
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

// The key with this hash; NULL if it is not known.
static const struct tn_key *find_key(
        const struct tn_trust *trust, const uint8_t *hash, uint16_t len) {
    const struct tn_key *key = len == TN_HASH_LEN ? trust->keys : NULL;

    for (; key && key->kind; key++) {
        if (key->role == TN_KEY_FOR_IMAGES && memcmp(hash, key->hash, TN_HASH_LEN) == 0) {
            return key;
        }
    }
    return NULL;
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
    if (!alg) {
        v->error = v->error == TN_ENOSIG ? TN_EKEY : v->error;
        return 0;
    }
    v->error = TN_ESIG;
    v->sig_ok = alg->verify(key, tn_verify_digest(v), v->hash.alg->len, sig, len);
    return TN_MORE;
}

// Handles one TLV. Returns TN_MORE if it checked a signature, 0, or why the image is refused. No
// protected TLV decides anything here.
static int look_at(struct tn_verify *v, const struct tn_tlv *tlv) {
    uint8_t *data = v->buf;
    uint16_t len = tlv->len;

    if (tlv->is_protected) {
        return 0;
    }
    if (v->trust->other) {
        int rc = v->trust->other->look_at(v, tlv);
        if (rc) {
            return rc;
        }
    }
    // A TLV longer than data is ignored or has a wrong length; it is never truncated.
    if (!allowed(tlv->type) ||
            (len <= TN_VERIFY_DATA && tn_image_get(&v->src, tlv->off, data, len))) {
        return TN_ETLV;
    }
    if (tlv->type == v->hash.alg->tlv) {
        if (len != v->hash.alg->len || memcmp(data, v->hash.state, len)) {
            return TN_EHASH;
        }
        v->hash_ok = TN_WHOLE;
        return 0;
    }
    if (tlv->type == TN_TLV_KEYHASH) {
        v->key = find_key(v->trust, data, len);
    } else if (is_sig(tlv->type) && !v->hash_only) {
        return check_sig(v, tlv->type, data, len <= TN_VERIFY_DATA ? len : 0);
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
    int rc = v->hashed < end ? hash_step(v, end) : tlv_step(v);
    return rc < 0 ? refuse(v, rc) : rc;
}

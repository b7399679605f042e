// SPDX-License-Identifier: Apache-2.0
// The order of MCUboot (reference mcuboot.md section 1): a KEYHASH selects the key for the
// next signature; a signature whose key is unknown is skipped; of several signatures by known
// keys the last one decides. Where MCUboot compares as many bytes of a KEYHASH as there are,
// ours must be whole.
#include "image/verify.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"

enum {
    CHUNK = 128,    // bytes on the stack while hashing
    SIG_MAX = 104,  // the longest signature of a row: P-384 in DER
};

static bool is_sig(uint16_t type) {
    return type >= TN_TLV_RSA2048_PSS && type <= TN_TLV_ED25519;
}

// What may stand among the unprotected TLVs, which nobody signs: MCUboot's allow-list.
static bool allowed(uint16_t type) {
    return type == TN_TLV_KEYHASH || type == TN_TLV_PUBKEY ||
            (type >= TN_TLV_SHA256 && type <= TN_TLV_SHA512) ||
            is_sig(type) ||
            (type >= TN_TLV_ENC_RSA2048 && type <= TN_TLV_ENC_X25519);
}

static int refuse(struct tn_verify *v, int error) {
    v->error = error;
    v->result = 0;
    v->tlvs.src = NULL;  // no step goes on from here
    return error;
}

int tn_verify_begin(struct tn_verify *v, const struct tn_image_src *img,
        const struct tn_trust *trust) {
    memset(v, 0, sizeof(*v));
    v->src = *img;
    v->trust = trust;
    int err = tn_image_open(&v->src, &v->hdr);
    if (!err) {
        err = tn_tlv_begin(&v->tlvs, &v->src, &v->hdr);
    }
    if (err) {
        return refuse(v, err);
    }
    v->error = TN_ENOSIG;  // until a TLV says better
    tn_hash_begin(&v->hash, trust->hash);
    return 0;
}

// Hashes the next piece. At the end of what is hashed, the digest is there.
static int hash_step(struct tn_verify *v, uint32_t end) {
    uint8_t buf[CHUNK];
    uint32_t stop = v->hashed + tn_min(end - v->hashed, TN_VERIFY_STEP);

    while (v->hashed < stop) {
        uint32_t n = tn_min(stop - v->hashed, CHUNK);
        int err = tn_image_get(&v->src, v->hashed, buf, n);
        if (err) {
            refuse(v, err);
            return 0;
        }
        tn_hash_add(&v->hash, buf, n);
        v->hashed += n;
    }
    if (v->hashed == end) {
        tn_hash_end(&v->hash, v->digest);
    }
    return TN_MORE;
}

static int check_hash(struct tn_verify *v, const struct tn_tlv *tlv) {
    uint8_t claimed[TN_HASH_MAX];
    size_t len = v->trust->hash->len;

    v->hash_ok = 0;
    if (tlv->len != len || tn_image_get(&v->src, tlv->off, claimed, (uint32_t)len) ||
            memcmp(claimed, v->digest, len)) {
        return TN_EHASH;
    }
    v->hash_ok = TN_WHOLE;
    return 0;
}

static void select_key(struct tn_verify *v, const struct tn_tlv *tlv) {
    uint8_t hash[TN_HASH_LEN];

    v->key = NULL;
    if (tlv->len != sizeof(hash) || tn_image_get(&v->src, tlv->off, hash, sizeof(hash))) {
        return;
    }
    for (size_t i = 0; i < v->trust->nkeys; i++) {
        if (memcmp(hash, v->trust->keys[i].hash, sizeof(hash)) == 0) {
            v->key = &v->trust->keys[i];
        }
    }
}

// The row that checks signatures of this type by the key that was named; NULL if none does.
static const struct tn_sig_alg *find_alg(const struct tn_verify *v, uint16_t type) {
    for (size_t i = 0; v->key && i < v->trust->nalgs; i++) {
        const struct tn_sig_alg *alg = v->trust->algs[i];
        if (alg->tlv == type && alg->kind == v->key->kind) {
            return alg;
        }
    }
    return NULL;
}

// Checks a signature if its key is known and a row can. Returns whether it took the time to.
static bool check_sig(struct tn_verify *v, const struct tn_tlv *tlv) {
    uint8_t sig[SIG_MAX];
    const struct tn_sig_alg *alg = find_alg(v, tlv->type);
    const struct tn_key *key = v->key;

    v->key = NULL;
    if (!alg) {
        v->error = v->error == TN_ENOSIG ? TN_EKEY : v->error;
        return false;
    }
    v->sig_ok = 0;
    v->error = TN_ESIG;
    if (tlv->len > sizeof(sig) || tn_image_get(&v->src, tlv->off, sig, tlv->len)) {
        return false;
    }
    v->sig_ok = alg->verify(key->point, v->digest, v->trust->hash->len, sig, tlv->len);
    return true;
}

// Looks at one TLV. Returns TN_MORE if it was a signature whose check took its time, 0 or why
// the image is refused.
static int look_at(struct tn_verify *v, const struct tn_tlv *tlv) {
    if (tlv->is_protected) {
        return 0;  // part of what is hashed; none of them decides here yet
    }
    if (!allowed(tlv->type)) {
        return TN_ETLV;
    }
    if (tlv->type == v->trust->hash->tlv) {
        return check_hash(v, tlv);
    }
    if (tlv->type == TN_TLV_KEYHASH) {
        select_key(v, tlv);
    } else if (v->trust->nalgs && is_sig(tlv->type)) {
        return check_sig(v, tlv) ? TN_MORE : 0;
    }
    return 0;
}

static int tlv_step(struct tn_verify *v) {
    struct tn_tlv tlv;
    int more;

    while ((more = tn_tlv_next(&v->tlvs, &tlv)) > 0) {
        int rc = look_at(v, &tlv);
        if (rc == TN_MORE) {
            return TN_MORE;
        }
        if (rc) {
            more = rc;
            break;
        }
    }
    if (more < 0) {
        refuse(v, more);
    } else if (v->hash_ok != TN_WHOLE) {
        refuse(v, TN_EHASH);
    } else if (!v->trust->nalgs) {
        v->error = 0;
        v->result = TN_WHOLE;
    } else if (v->sig_ok == TN_GENUINE) {
        v->error = 0;
        v->result = v->sig_ok;
    }
    return 0;
}

int tn_verify_step(struct tn_verify *v) {
    uint32_t end = tn_image_hashed_len(&v->hdr);

    if (!v->tlvs.src || v->result) {
        return 0;  // refused at the beginning, or done
    }
    return v->hashed < end ? hash_step(v, end) : tlv_step(v);
}

uint32_t tn_verify_result(const struct tn_verify *v) {
    return v->result;
}

int tn_verify_error(const struct tn_verify *v) {
    return v->error;
}

// SPDX-License-Identifier: Apache-2.0
// Deterministic ECDSA on P-256 with SHA-256 and on P-384 with SHA-384, by libcrypto's HMAC, big
// numbers and curve.
//
// libcrypto offers such signatures itself only from 3.2 on ("nonce-type"), and Debian 12 has 3.0.
// Sources: RFC 6979 section 3.2 for the nonce, FIPS 186-4 section 6.4 for r and s. Here the digest
// is as long as the curve's order n, so that one HMAC gives one candidate.
//
// Steps that work on the nonce or the key use the functions of libcrypto whose time does not depend
// on the values.
#include "host/files/ecdsa_rfc6979_priv.h"

#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/obj_mac.h>

#include "host/files/key.h"

enum { LEN_MAX = 48 };  // of digest, HMAC and numbers below n

// ---- The nonce -------------------------------------------------------------------------

// K and V of RFC 6979 section 3.2.
struct nonces {
    size_t len;  // 32 or 48
    uint8_t k[LEN_MAX];
    uint8_t v[LEN_MAX];
};

static bool hmac(struct nonces *s, const uint8_t *data, size_t len, uint8_t *ret) {
    const EVP_MD *md = s->len == 32 ? EVP_sha256() : EVP_sha384();

    return HMAC(md, s->k, (int)s->len, data, len, ret, NULL) != NULL;
}

// Steps d to g: K = HMAC(K, V || tag || seed), V = HMAC(K, V). The seed has at most twice s->len
// bytes.
static bool stir(struct nonces *s, uint8_t tag, const uint8_t *seed, size_t len) {
    uint8_t data[LEN_MAX + 1 + 2 * LEN_MAX];

    memcpy(data, s->v, s->len);
    data[s->len] = tag;
    if (len) {
        memcpy(data + s->len + 1, seed, len);
    }
    bool ok = hmac(s, data, s->len + 1 + len, s->k) && hmac(s, s->v, s->len, s->v);
    OPENSSL_cleanse(data, sizeof(data));
    return ok;
}

// Steps b to g. The seed is the private key, then the digest modulo n.
static bool nonces_begin(struct nonces *s, const BIGNUM *key, const BIGNUM *z) {
    uint8_t seed[2 * LEN_MAX];
    int len = (int)s->len;

    memset(s->k, 0, s->len);
    memset(s->v, 1, s->len);
    bool ok = BN_bn2binpad(key, seed, len) == len && BN_bn2binpad(z, seed + len, len) == len &&
            stir(s, 0, seed, 2 * s->len) && stir(s, 1, seed, 2 * s->len);
    OPENSSL_cleanse(seed, sizeof(seed));
    return ok;
}

// Step h: the next candidate, which may be 0 or too large.
static bool nonces_next(struct nonces *s, BIGNUM *ret) {
    return hmac(s, s->v, s->len, s->v) && BN_bin2bn(s->v, (int)s->len, ret);
}

// ---- The signature ---------------------------------------------------------------------

// All numbers belong to ctx, which clears them when it is freed.
struct signer {
    BN_CTX *ctx;
    EC_GROUP *group;
    EC_POINT *point;
    BN_MONT_CTX *mont;  // modulo n
    BIGNUM *key, *z, *k, *power, *inverse, *product;
    BIGNUM *r, *s;  // the result
};

// r = x of the point k * G, modulo n.
static bool compute_r(struct signer *m, const BIGNUM *n) {
    return EC_POINT_mul(m->group, m->point, m->k, NULL, NULL, m->ctx) &&
            EC_POINT_get_affine_coordinates(m->group, m->point, m->r, NULL, m->ctx) &&
            BN_nnmod(m->r, m->r, n, m->ctx);
}

// s = (z + r * key) / k, modulo n. Divides by Fermat: 1 / k is k to the power of n - 2. Of each
// product's factors one is in Montgomery form, so that the result is not.
static bool compute_s(struct signer *m, const BIGNUM *n) {
    return BN_copy(m->power, n) && BN_sub_word(m->power, 2) &&
            BN_mod_exp_mont_consttime(m->inverse, m->k, m->power, n, m->ctx, m->mont) &&
            BN_to_montgomery(m->inverse, m->inverse, m->mont, m->ctx) &&
            BN_to_montgomery(m->product, m->key, m->mont, m->ctx) &&
            BN_mod_mul_montgomery(m->product, m->product, m->r, m->mont, m->ctx) &&
            BN_mod_add_quick(m->product, m->product, m->z, n) &&
            BN_mod_mul_montgomery(m->s, m->product, m->inverse, m->mont, m->ctx);
}

// Takes candidates until one is in range and gives neither r = 0 nor s = 0. The first one does, but
// for some 2 to the power of -32.
static bool sign(struct signer *m, size_t len) {
    const BIGNUM *n = EC_GROUP_get0_order(m->group);
    struct nonces nonces = {.len = len};
    bool ok = nonces_begin(&nonces, m->key, m->z) && nonces_next(&nonces, m->k);

    BN_set_flags(m->k, BN_FLG_CONSTTIME);
    while (ok) {
        if (!BN_is_zero(m->k) && BN_cmp(m->k, n) < 0) {
            ok = compute_r(m, n) && compute_s(m, n);
            if (!ok || (!BN_is_zero(m->r) && !BN_is_zero(m->s))) {
                break;
            }
        }
        ok = stir(&nonces, 0, NULL, 0) && nonces_next(&nonces, m->k);
    }
    OPENSSL_cleanse(&nonces, sizeof(nonces));
    return ok;
}

// Reads the key, and the digest modulo n.
static bool begin(struct signer *m, const EVP_PKEY *pkey, const uint8_t *digest, size_t len) {
    BIGNUM **const numbers[] = {
            &m->key, &m->z, &m->k, &m->power, &m->inverse, &m->product, &m->r, &m->s};

    m->ctx = BN_CTX_secure_new();
    m->group = EC_GROUP_new_by_curve_name(len == 32 ? NID_X9_62_prime256v1 : NID_secp384r1);
    m->point = m->group ? EC_POINT_new(m->group) : NULL;
    m->mont = BN_MONT_CTX_new();
    if (!m->ctx || !m->point || !m->mont) {
        return false;
    }
    BN_CTX_start(m->ctx);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        *numbers[i] = BN_CTX_get(m->ctx);
    }
    const BIGNUM *n = EC_GROUP_get0_order(m->group);
    // BN_CTX_get returns NULL from the first failure on, so the last number speaks for all.
    return m->s && BN_MONT_CTX_set(m->mont, n, m->ctx) &&
            EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_PRIV_KEY, &m->key) &&
            BN_bin2bn(digest, (int)len, m->z) && BN_nnmod(m->z, m->z, n, m->ctx);
}

static void end(struct signer *m) {
    if (m->ctx) {
        BN_CTX_end(m->ctx);
    }
    EC_POINT_clear_free(m->point);
    EC_GROUP_free(m->group);
    BN_MONT_CTX_free(m->mont);
    BN_CTX_free(m->ctx);
}

static bool to_der(const BIGNUM *r, const BIGNUM *s, uint8_t *ret, size_t *ret_len) {
    ECDSA_SIG *sig = ECDSA_SIG_new();
    BIGNUM *r2 = BN_dup(r), *s2 = BN_dup(s);
    bool ok = sig && r2 && s2 && ECDSA_SIG_set0(sig, r2, s2);
    int len = ok ? i2d_ECDSA_SIG(sig, &ret) : 0;

    if (!ok) {
        BN_free(r2);
        BN_free(s2);
    }
    ECDSA_SIG_free(sig);
    *ret_len = len > 0 ? (size_t)len : 0;
    return len > 0;
}

bool tn_ecdsa_rfc6979(
        const void *pkey, const uint8_t *digest, size_t len, uint8_t *ret_sig, size_t *ret_len) {
    struct signer m = {0};
    bool ok = begin(&m, pkey, digest, len) && sign(&m, len) && to_der(m.r, m.s, ret_sig, ret_len);

    end(&m);
    return ok;
}

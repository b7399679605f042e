// SPDX-License-Identifier: Apache-2.0
// The kinds of keys, each a row.
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "host/files/key_priv.h"

// Lengths of DER: doc/reference/mcuboot.md section 1. The hashes are those that imgtool allows.
static const struct tn_key_kind_row rows[] = {
        {TN_KEY_P256, "ecdsa-p256", "p256", "ECDSA P-256", "TN_KEY_P256", 64, 91, 0x22, {256}, "EC",
                "prime256v1", 0},
        {TN_KEY_P384, "ecdsa-p384", "p384", "ECDSA P-384", "TN_KEY_P384", 96, 120, 0x22, {384},
                "EC", "secp384r1", 0},
        {TN_KEY_ED25519, "ed25519", "ed25519", "Ed25519", "TN_KEY_ED25519", 32, 44, 0x24,
                {256, 512}, "ED25519", NULL, 0},
        {TN_KEY_RSA2048, "rsa-2048", "rsa2048", "RSA-2048", "TN_KEY_RSA2048", 256, 270, 0x20, {256},
                "RSA", NULL, 2048},
        {TN_KEY_RSA3072, "rsa-3072", "rsa3072", "RSA-3072", "TN_KEY_RSA3072", 384, 398, 0x23, {256},
                "RSA", NULL, 3072},
        {TN_KEY_X25519, "x25519", "x25519", "X25519", "TN_KEY_X25519", 32, 44, 0, {256, 512},
                "X25519", NULL, 0},
};

const struct tn_key_kind_row *tn_key_kind_rows(size_t *ret_n) {
    *ret_n = TN_LEN(rows);
    return rows;
}

const struct tn_key_kind_row *tn_key_kind_row(uint8_t kind) {
    for (size_t i = 0; i < TN_LEN(rows); i++) {
        if (rows[i].kind == kind) {
            return &rows[i];
        }
    }
    return NULL;
}

uint8_t tn_key_kind_of(const char *name) {
    for (size_t i = 0; i < TN_LEN(rows); i++) {
        if (strcmp(name, rows[i].name) == 0 || strcmp(name, rows[i].short_name) == 0) {
            return rows[i].kind;
        }
    }
    return 0;
}

const char *tn_key_kind_name(uint8_t kind) {
    return tn_key_kind_row(kind)->name;
}

const char *tn_key_kind_words(uint8_t kind) {
    return tn_key_kind_row(kind)->words;
}

uint16_t tn_key_sig_tlv(uint8_t kind) {
    return tn_key_kind_row(kind)->tlv;
}

unsigned tn_key_sha(uint8_t kind, bool pure) {
    const struct tn_key_kind_row *r = tn_key_kind_row(kind);

    return pure && r->sha[1] ? r->sha[1] : r->sha[0];
}

bool tn_key_sha_fits(uint8_t kind, unsigned sha) {
    const struct tn_key_kind_row *r = tn_key_kind_row(kind);

    return sha && (sha == r->sha[0] || sha == r->sha[1]);
}

void tn_sha2(unsigned bits, const void *bytes, size_t len, uint8_t *ret_hash) {
    const EVP_MD *md = bits == 512 ? EVP_sha512() : bits == 384 ? EVP_sha384() : EVP_sha256();

    EVP_Digest(bytes, len, ret_hash, NULL, md, NULL);
}

// ---- Of libcrypto's keys ------------------------------------------------------------------------

static bool has_group(EVP_PKEY *pkey, const char *want) {
    char name[40];
    size_t len;

    return EVP_PKEY_get_group_name(pkey, name, sizeof(name), &len) && strcmp(name, want) == 0;
}

// The row of a key; NULL: its kind is not supported.
static const struct tn_key_kind_row *row_of(EVP_PKEY *pkey) {
    for (size_t i = 0; i < TN_LEN(rows); i++) {
        const struct tn_key_kind_row *r = &rows[i];
        if (EVP_PKEY_is_a(pkey, r->evp) && (!r->group || has_group(pkey, r->group)) &&
                (!r->bits || EVP_PKEY_get_bits(pkey) == (int)r->bits)) {
            return r;
        }
    }
    return NULL;
}

// Devices know the exponent 65537 only.
static bool get_modulus(EVP_PKEY *pkey, uint8_t *ret, int len) {
    BIGNUM *n = NULL, *e = NULL;
    bool ok = EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_N, &n) &&
            EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &e) && BN_is_word(e, RSA_F4) &&
            BN_bn2binpad(n, ret, len) == len;

    BN_free(n);
    BN_free(e);
    return ok;
}

// An elliptic curve's SPKI ends with the key as struct tn_key has it. A key in another form (a
// compressed point, the curve's numbers in place of its name) has another length.
bool tn_key_fill(struct tn_key_pair *k) {
    const struct tn_key_kind_row *r = row_of(k->pkey);
    unsigned char *der = NULL;
    int len = !r ? 0 : r->bits ? i2d_PublicKey(k->pkey, &der) : i2d_PUBKEY(k->pkey, &der);
    bool ok = r && len == r->der_len;

    if (ok) {
        k->kind = r->kind;
        k->len = r->len;
        k->der_len = r->der_len;
        memcpy(k->der, der, r->der_len);
        memcpy(k->bytes, der + r->der_len - (r->bits ? 0 : r->len), r->bits ? 0 : r->len);
        tn_sha2(256, k->der, k->der_len, k->hash);
        unsigned longer = r->sha[1] ? r->sha[1] : r->sha[0] > 256 ? r->sha[0] : 0;
        k->long_hash_len = (uint16_t)(longer / 8);
        if (longer) {
            tn_sha2(longer, k->der, k->der_len, k->hash + TN_KEY_HASH_LEN);
        }
        ok = !r->bits || get_modulus(k->pkey, k->bytes, r->len);
    }
    OPENSSL_free(der);
    ERR_clear_error();
    return ok;
}

struct tn_key tn_key_for_device(const struct tn_key_pair *k) {
    return (struct tn_key){
            .kind = k->kind, .role = k->role, .len = k->len, .hash = k->hash, .bytes = k->bytes};
}

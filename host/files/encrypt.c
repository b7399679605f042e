// SPDX-License-Identifier: Apache-2.0
#include "host/files/encrypt.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <string.h>

#include "base/compiler.h"
#include "image/format.h"

enum {
    SECRET = 32,
    POINT_MAX = 65,
    TAG_MAX = 64,
    CHECK_VALUE = 8,  // bytes by which AES-KW lengthens a key
};

static int fail_crypto(struct tn_fault *f) {
    return tn_fail(f, TN_FAULT_INTERNAL, "libcrypto cannot encrypt for this key");
}

// ---- The payload -------------------------------------------------------------------------

int tn_encrypt_payload(
        const struct tn_image_secret *key, uint8_t *payload, size_t len, struct tn_fault *f) {
    static const uint8_t counter[16];
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    const EVP_CIPHER *aes = key->len == 16 ? EVP_aes_128_ctr() : EVP_aes_256_ctr();
    int n = 0;
    bool ok = ctx && len <= INT32_MAX && EVP_EncryptInit_ex(ctx, aes, NULL, key->bytes, counter) &&
            EVP_EncryptUpdate(ctx, payload, &n, payload, (int)len);

    EVP_CIPHER_CTX_free(ctx);
    return ok ? 0 : fail_crypto(f);
}

// ---- ECIES -------------------------------------------------------------------------------

// What follows from the secret: the key for AES, and behind it the one for the tag.
static bool derive(const char *hash, uint8_t *secret, uint8_t *ret, size_t len) {
    char info[] = "MCUBoot_ECIES_v1";
    char name[8] = {0};
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);

    strncpy(name, hash, sizeof(name) - 1);
    OSSL_PARAM params[] = {OSSL_PARAM_utf8_string(OSSL_KDF_PARAM_DIGEST, name, 0),
            OSSL_PARAM_octet_string(OSSL_KDF_PARAM_KEY, secret, SECRET),
            OSSL_PARAM_octet_string(OSSL_KDF_PARAM_INFO, info, sizeof(info) - 1), OSSL_PARAM_END};
    bool ok = ctx && EVP_KDF_derive(ctx, ret, len, params) > 0;
    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);
    return ok;
}

static bool share(EVP_PKEY *mine, EVP_PKEY *peer, uint8_t *ret) {
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(mine, NULL);
    size_t len = SECRET;
    bool ok = ctx && EVP_PKEY_derive_init(ctx) > 0 && EVP_PKEY_derive_set_peer(ctx, peer) > 0 &&
            EVP_PKEY_derive(ctx, ret, &len) > 0 && len == SECRET;

    EVP_PKEY_CTX_free(ctx);
    return ok;
}

static bool tag_of(const char *hash, const uint8_t *key, size_t len, const uint8_t *wrapped,
        size_t wrapped_len, uint8_t *ret) {
    size_t got = 0;

    return EVP_Q_mac(NULL, "HMAC", NULL, hash, NULL, key, len, wrapped, wrapped_len, ret, len,
                   &got) &&
            got == len;
}

// The curve, and the hash of the tag.
struct ecies {
    uint16_t type;
    const char *hash;
    size_t tag_len;
    size_t point_len;
};

static const struct ecies eciess[] = {
        {TN_TLV_ENC_EC256, "SHA256", 32, 65},
        {TN_TLV_ENC_X25519, "SHA256", 32, 32},
        {TN_TLV_ENC_X25519_SHA512, "SHA512", 64, 32},
};

static const struct ecies *ecies_of(uint16_t type) {
    for (size_t i = 0; i < TN_LEN(eciess); i++) {
        if (eciess[i].type == type) {
            return &eciess[i];
        }
    }
    return NULL;
}

// The public point of a key in the TLV's form.
static bool get_point(EVP_PKEY *key, const struct ecies *row, uint8_t *ret) {
    size_t len = POINT_MAX;
    bool ok = row->point_len == POINT_MAX
            ? EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, ret, len, &len) > 0
            : EVP_PKEY_get_raw_public_key(key, ret, &len) > 0;

    return ok && len == row->point_len;
}

static int wrap_ecies(EVP_PKEY *device, const struct ecies *row, const struct tn_image_secret *key,
        struct tn_wrapped *ret, struct tn_fault *f) {
    EVP_PKEY *sender = row->point_len == POINT_MAX ? EVP_EC_gen("P-256")
                                                   : EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
    uint8_t secret[SECRET];
    uint8_t keys[TN_ENCRYPT_KEY_MAX + TAG_MAX];
    uint8_t *tag = ret->bytes + row->point_len;
    uint8_t *wrapped = tag + row->tag_len;
    struct tn_image_secret outer = {.len = key->len};
    bool ok = sender && get_point(sender, row, ret->bytes) && share(sender, device, secret) &&
            derive(row->hash, secret, keys, key->len + row->tag_len);

    memcpy(wrapped, key->bytes, key->len);
    memcpy(outer.bytes, keys, key->len);
    ok = ok && tn_encrypt_payload(&outer, wrapped, key->len, f) == 0 &&
            tag_of(row->hash, keys + key->len, row->tag_len, wrapped, key->len, tag);
    ret->len = row->point_len + row->tag_len + key->len;
    EVP_PKEY_free(sender);
    return ok ? 0 : fail_crypto(f);
}

// The sender's key, as the TLV has it. NULL: it is none.
static EVP_PKEY *read_point(const struct ecies *row, const uint8_t *point) {
    char group[] = "P-256";
    EVP_PKEY *ret = NULL;

    if (row->point_len != POINT_MAX) {
        return EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, point, row->point_len);
    }
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    OSSL_PARAM params[] = {OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
            OSSL_PARAM_octet_string(
                    OSSL_PKEY_PARAM_PUB_KEY, (void *)(uintptr_t)point, row->point_len),
            OSSL_PARAM_END};
    if (!ctx || EVP_PKEY_fromdata_init(ctx) <= 0 ||
            EVP_PKEY_fromdata(ctx, &ret, EVP_PKEY_PUBLIC_KEY, params) <= 0) {
        ret = NULL;
    }
    EVP_PKEY_CTX_free(ctx);
    return ret;
}

// False: it was wrapped for another key.
static bool open_ecies(EVP_PKEY *device, const struct ecies *row, const struct tn_wrapped *w,
        struct tn_image_secret *ret) {
    const uint8_t *tag = w->bytes + row->point_len;
    uint8_t secret[SECRET];
    uint8_t keys[TN_ENCRYPT_KEY_MAX + TAG_MAX];
    uint8_t want[TAG_MAX];
    struct tn_fault ignored = {0};

    ret->len = w->len - row->point_len - row->tag_len;
    if (w->len < row->point_len + row->tag_len || (ret->len != 16 && ret->len != 32)) {
        return false;
    }
    EVP_PKEY *sender = read_point(row, w->bytes);
    bool ok = sender && share(device, sender, secret) &&
            derive(row->hash, secret, keys, ret->len + row->tag_len) &&
            tag_of(row->hash, keys + ret->len, row->tag_len, tag + row->tag_len, ret->len, want) &&
            memcmp(want, tag, row->tag_len) == 0;
    EVP_PKEY_free(sender);
    if (!ok) {
        return false;
    }
    struct tn_image_secret outer = {.len = ret->len};
    memcpy(outer.bytes, keys, ret->len);
    memcpy(ret->bytes, tag + row->tag_len, ret->len);
    return tn_encrypt_payload(&outer, ret->bytes, ret->len, &ignored) == 0;
}

// ---- RSA and AES-KW --------------------------------------------------------------------------

// OAEP with SHA-256, either way.
static bool oaep(
        EVP_PKEY *key, bool opens, const uint8_t *in, size_t len, uint8_t *ret, size_t *ret_len) {
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    bool ok = ctx && (opens ? EVP_PKEY_decrypt_init(ctx) : EVP_PKEY_encrypt_init(ctx)) > 0 &&
            EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) > 0 &&
            EVP_PKEY_CTX_set_rsa_oaep_md_name(ctx, "SHA256", NULL) > 0 &&
            EVP_PKEY_CTX_set_rsa_mgf1_md_name(ctx, "SHA256", NULL) > 0 &&
            (opens ? EVP_PKEY_decrypt(ctx, ret, ret_len, in, len)
                   : EVP_PKEY_encrypt(ctx, ret, ret_len, in, len)) > 0;

    EVP_PKEY_CTX_free(ctx);
    return ok;
}

// RFC 3394, either way.
static bool key_wrap(
        const struct tn_buf *kek, bool opens, const uint8_t *in, size_t len, uint8_t *ret) {
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    EVP_CIPHER *wrap =
            EVP_CIPHER_fetch(NULL, kek->len == 16 ? "AES-128-WRAP" : "AES-256-WRAP", NULL);
    int n = 0;
    bool ok = ctx && wrap && EVP_CipherInit_ex2(ctx, wrap, kek->p, NULL, !opens, NULL) > 0 &&
            EVP_CipherUpdate(ctx, ret, &n, in, (int)len) > 0;

    EVP_CIPHER_free(wrap);
    EVP_CIPHER_CTX_free(ctx);
    return ok;
}

// ---- Any key -----------------------------------------------------------------------------

const char *tn_encrypt_words(uint16_t type) {
    switch (type) {
    case TN_TLV_ENC_RSA2048:
        return "RSA-2048";
    case TN_TLV_ENC_KW:
        return "AES-KW";
    case TN_TLV_ENC_EC256:
        return "ECIES-P256";
    case TN_TLV_ENC_X25519:
        return "ECIES-X25519";
    case TN_TLV_ENC_X25519_SHA512:
        return "ECIES-X25519 with SHA-512";
    default:
        return NULL;
    }
}

// The TLV for a key; 0: it cannot encrypt.
static uint16_t type_of(const struct tn_encrypt *e) {
    if (e->kek) {
        return TN_TLV_ENC_KW;
    }
    switch (e->key->kind) {
    case TN_KEY_P256:
        return TN_TLV_ENC_EC256;
    case TN_KEY_X25519:
        return e->hmac_sha == 512 ? TN_TLV_ENC_X25519_SHA512 : TN_TLV_ENC_X25519;
    case TN_KEY_RSA2048:
        return TN_TLV_ENC_RSA2048;
    default:
        return 0;
    }
}

static int check(const struct tn_encrypt *e, size_t bytes, struct tn_fault *f) {
    if (e->kek && e->kek->len != 16 && e->kek->len != 32) {
        return tn_fail(
                f, TN_FAULT_USAGE, "a key for AES-KW has 16 or 32 bytes, not %zu", e->kek->len);
    }
    if (e->kek && bytes != e->kek->len) {
        return tn_fail(f, TN_FAULT_USAGE,
                "an AES-KW key of %zu bits wraps keys of the same size: leave the key's length out",
                8 * e->kek->len);
    }
    return type_of(e) ? 0
                      : tn_fail(f, TN_FAULT_USAGE,
                                "images are encrypted for P-256, X25519 and RSA-2048 keys and with "
                                "AES-KW, and this is %s",
                                tn_key_kind_words(e->key->kind));
}

int tn_encrypt_make(const struct tn_encrypt *e, struct tn_image_secret *ret_key,
        struct tn_wrapped *ret, struct tn_fault *f) {
    unsigned bits = e->bits ? e->bits : e->kek ? (unsigned)(8 * e->kek->len) : 128;

    ret_key->len = bits / 8;
    if (check(e, ret_key->len, f)) {
        return -1;
    }
    if (RAND_bytes(ret_key->bytes, (int)ret_key->len) != 1) {
        return fail_crypto(f);
    }
    ret->type = type_of(e);
    ret->len = sizeof(ret->bytes);
    if (ecies_of(ret->type)) {
        return wrap_ecies(e->key->pkey, ecies_of(ret->type), ret_key, ret, f);
    }
    if (e->kek) {
        ret->len = ret_key->len + CHECK_VALUE;
        return key_wrap(e->kek, false, ret_key->bytes, ret_key->len, ret->bytes) ? 0
                                                                                 : fail_crypto(f);
    }
    return oaep(e->key->pkey, false, ret_key->bytes, ret_key->len, ret->bytes, &ret->len)
            ? 0
            : fail_crypto(f);
}

int tn_encrypt_open(const struct tn_encrypt *e, const struct tn_wrapped *w,
        struct tn_image_secret *ret, struct tn_fault *f) {
    uint8_t buf[TN_ENCRYPT_TLV_MAX];
    size_t len = sizeof(buf);
    bool ok = false;

    if (w->type == TN_TLV_ENC_KW && e->kek) {
        len = w->len - CHECK_VALUE;
        ok = len == e->kek->len && key_wrap(e->kek, true, w->bytes, w->len, buf);
    } else if (e->key && ecies_of(w->type) &&
            (e->key->kind == TN_KEY_P256) == (w->type == TN_TLV_ENC_EC256)) {
        if (open_ecies(e->key->pkey, ecies_of(w->type), w, ret)) {
            return 0;
        }
    } else if (e->key && e->key->kind == TN_KEY_RSA2048 && w->type == TN_TLV_ENC_RSA2048) {
        ok = oaep(e->key->pkey, true, w->bytes, w->len, buf, &len) && (len == 16 || len == 32);
    }
    if (!ok) {
        return tn_fail(f, TN_FAULT_FOREIGN_KEY,
                "encrypted for another key than the one given; give the device's private key");
    }
    memcpy(ret->bytes, buf, len);
    ret->len = len;
    return 0;
}

// SPDX-License-Identifier: Apache-2.0
// Signatures of every kind: by libcrypto's EVP calls, which leave the choice of implementation to
// libcrypto, or by a token.
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "host/files/ecdsa_rfc6979_priv.h"
#include "host/files/key_priv.h"
#include "host/files/token.h"

static bool is_ecdsa(const struct tn_key_pair *k) {
    return k->kind == TN_KEY_P256 || k->kind == TN_KEY_P384;
}

// PSS as devices check it: SHA-256 twice, a salt as long.
static bool set_pss(EVP_PKEY_CTX *ctx) {
    return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) > 0 &&
            EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) > 0 &&
            EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha256()) > 0 &&
            EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) > 0;
}

// ECDSA and RSA, of a digest.
static bool sign_digest(const struct tn_key_pair *k, const uint8_t *digest, size_t len,
        uint8_t *ret_sig, size_t *ret_len) {
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(k->pkey, NULL);
    bool ok = ctx && EVP_PKEY_sign_init(ctx) > 0 && (is_ecdsa(k) || set_pss(ctx)) &&
            EVP_PKEY_sign(ctx, ret_sig, ret_len, digest, len) > 0;

    EVP_PKEY_CTX_free(ctx);
    return ok;
}

static bool sign_ed25519(const struct tn_key_pair *k, const uint8_t *message, size_t len,
        uint8_t *ret_sig, size_t *ret_len) {
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = ctx && EVP_DigestSignInit(ctx, NULL, NULL, NULL, k->pkey) > 0 &&
            EVP_DigestSign(ctx, ret_sig, ret_len, message, len) > 0;

    EVP_MD_CTX_free(ctx);
    return ok;
}

int tn_key_sign_message(const struct tn_key_pair *k, const uint8_t *message, size_t len,
        bool random, uint8_t *ret_sig, size_t *ret_len, struct tn_fault *f) {
    size_t n = TN_KEY_SIG_MAX;
    bool ok = false;

    if (k->token) {
        return tn_token_sign(k, message, len, ret_sig, ret_len, f);
    }
    if (k->kind == TN_KEY_ED25519) {
        ok = sign_ed25519(k, message, len, ret_sig, &n);
    } else if (is_ecdsa(k) && !random) {
        ok = tn_ecdsa_rfc6979(k->pkey, message, len, ret_sig, &n);
    } else if (k->kind != TN_KEY_X25519) {
        ok = sign_digest(k, message, len, ret_sig, &n);
    }
    if (!ok) {
        return tn_crypto_error(f, "sign");
    }
    *ret_len = n;
    return 0;
}

size_t tn_key_sig_to_der(const uint8_t *raw, size_t len, uint8_t *ret) {
    int half = (int)(len / 2);
    BIGNUM *r = BN_bin2bn(raw, half, NULL), *s = BN_bin2bn(raw + half, half, NULL);
    ECDSA_SIG *sig = ECDSA_SIG_new();
    bool ok = sig && r && s && ECDSA_SIG_set0(sig, r, s);
    int n = ok ? i2d_ECDSA_SIG(sig, &ret) : 0;

    if (!ok) {
        BN_free(r);
        BN_free(s);
    }
    ECDSA_SIG_free(sig);
    return n > 0 ? (size_t)n : 0;
}

// Length of the DER SEQUENCE at sig, with its head, or 0. P-384's is below 128, too.
static size_t der_len(const uint8_t *sig, size_t len) {
    return len >= 2 && sig[0] == 0x30 && sig[1] < 0x80 && sig[1] + 2u <= len ? sig[1] + 2u : 0;
}

static bool verify_digest(const struct tn_key_pair *k, const uint8_t *digest, size_t len,
        const uint8_t *sig, size_t sig_len) {
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(k->pkey, NULL);
    bool ok = ctx && EVP_PKEY_verify_init(ctx) > 0 && (is_ecdsa(k) || set_pss(ctx)) &&
            EVP_PKEY_verify(ctx, sig, sig_len, digest, len) == 1;

    EVP_PKEY_CTX_free(ctx);
    return ok;
}

static bool verify_ed25519(const struct tn_key_pair *k, const uint8_t *message, size_t len,
        const uint8_t *sig, size_t sig_len) {
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = ctx && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, k->pkey) > 0 &&
            EVP_DigestVerify(ctx, sig, sig_len, message, len) == 1;

    EVP_MD_CTX_free(ctx);
    return ok;
}

bool tn_key_verify_message(const struct tn_key_pair *k, const uint8_t *message, size_t len,
        const uint8_t *sig, size_t sig_len) {
    bool ok = false;

    if (k->kind == TN_KEY_ED25519) {
        ok = verify_ed25519(k, message, len, sig, sig_len);
    } else if (is_ecdsa(k)) {
        size_t n = der_len(sig, sig_len);
        for (size_t i = n; i < sig_len; i++) {
            if (sig[i]) {
                return false;
            }
        }
        ok = n && verify_digest(k, message, len, sig, n);
    } else if (k->kind != TN_KEY_X25519) {
        ok = verify_digest(k, message, len, sig, sig_len);
    }
    ERR_clear_error();
    return ok;
}

int tn_key_sign(const struct tn_key_pair *k, const uint8_t digest[32], uint8_t *ret_sig,
        size_t *ret_len, struct tn_fault *f) {
    return tn_key_sign_message(k, digest, 32, false, ret_sig, ret_len, f);
}

bool tn_key_verify(
        const struct tn_key_pair *k, const uint8_t digest[32], const uint8_t *sig, size_t len) {
    return tn_key_verify_message(k, digest, 32, sig, len);
}

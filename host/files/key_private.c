// SPDX-License-Identifier: Apache-2.0
// Private keys as a loader has them, for encrypted images.
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

#include "base/compiler.h"
#include "host/files/key_priv.h"

enum {
    SCALAR = 32,
    PART = 128,  // bytes of each part of an RSA-2048 key
};

static bool get_number(EVP_PKEY *pkey, const char *name, uint8_t *ret, int len) {
    BIGNUM *number = NULL;
    bool ok = EVP_PKEY_get_bn_param(pkey, name, &number) > 0 && BN_bn2binpad(number, ret, len) > 0;

    BN_clear_free(number);
    return ok;
}

static bool get_rsa(EVP_PKEY *pkey, uint8_t *ret) {
    static const char *const names[] = {OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2,
            OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2,
            OSSL_PKEY_PARAM_RSA_COEFFICIENT1};

    for (size_t i = 0; i < TN_LEN(names); i++) {
        if (!get_number(pkey, names[i], ret + i * PART, PART)) {
            return false;
        }
    }
    return true;
}

int tn_key_private_for_device(
        const struct tn_key_pair *k, uint8_t *ret, size_t *ret_len, struct tn_fault *f) {
    size_t len = SCALAR;
    bool ok = false;

    if (k->kind != TN_KEY_P256 && k->kind != TN_KEY_X25519 && k->kind != TN_KEY_RSA2048) {
        return tn_fail(f, TN_FAULT_USAGE,
                "devices decrypt with P-256, X25519 and RSA-2048 keys, and this is %s",
                tn_key_kind_words(k->kind));
    }
    if (!k->has_private || k->token) {
        return tn_fail(f, TN_FAULT_USAGE,
                "a device decrypts with its private key; give the file that has it");
    }
    switch (k->kind) {
    case TN_KEY_P256:
        ok = get_number(k->pkey, OSSL_PKEY_PARAM_PRIV_KEY, ret, SCALAR);
        break;
    case TN_KEY_X25519:
        ok = EVP_PKEY_get_raw_private_key(k->pkey, ret, &len) > 0;
        break;
    default:
        ok = get_rsa(k->pkey, ret);
        len = TN_KEY_PRIVATE_MAX;
    }
    *ret_len = len;
    return ok ? 0 : tn_fail(f, TN_FAULT_INTERNAL, "libcrypto does not give the private key");
}

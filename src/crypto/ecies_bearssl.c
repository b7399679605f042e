// SPDX-License-Identifier: Apache-2.0
// ECIES as MCUboot has it, with HMAC and HKDF of BearSSL.
//
// The TLV is the sender's public point | a tag | the wrapped key. HKDF over the shared secret gives
// a key for AES-CTR, from counter 0 on, and a key for the tag, which covers the wrapped key.
// Source: MCUboot docs/encrypted_images.md; doc/reference/mcuboot.md section 5.
#include <bearssl_hmac.h>
#include <bearssl_kdf.h>
#include <stdbool.h>
#include <string.h>

#include "base/err.h"
#include "crypto/cipher.h"
#include "crypto/ecies_priv.h"
#include "crypto/wipe.h"

enum {
    SECRET = 32,
    TAG_MAX = 64,  // of SHA-512; the key for the tag is as long
};

// What HKDF gives: the key for AES, and behind it the one for the tag.
static void derive(const br_hash_class *hash, const uint8_t *secret, uint8_t *ret, size_t len) {
    static const char info[] = "MCUBoot_ECIES_v1";
    br_hkdf_context hkdf;

    br_hkdf_init(&hkdf, hash, NULL, 0);  // without a salt: zeros, as many as a hash has bytes
    br_hkdf_inject(&hkdf, secret, SECRET);
    br_hkdf_flip(&hkdf);
    br_hkdf_produce(&hkdf, info, sizeof(info) - 1, ret, len);
    tn_wipe(&hkdf, sizeof(hkdf));
}

// True if tag is that of the wrapped key. Takes as long for any other tag.
static bool is_tagged(const br_hash_class *hash, const uint8_t *tag_key, const uint8_t *tag,
        size_t tag_len, size_t key_len) {
    br_hmac_key_context key;
    br_hmac_context hmac;
    uint8_t want[TAG_MAX];
    uint8_t differs = 0;

    br_hmac_key_init(&key, hash, tag_key, tag_len);
    br_hmac_init(&hmac, &key, 0);
    br_hmac_update(&hmac, tag + tag_len, key_len);
    br_hmac_out(&hmac, want);
    for (size_t i = 0; i < tag_len; i++) {
        differs |= (uint8_t)(want[i] ^ tag[i]);
    }
    tn_wipe(&key, sizeof(key));
    return !differs;
}

int tn_ecies_open(const struct tn_ecies_key *key, const br_hash_class *hash, size_t tag_len,
        const uint8_t *data, size_t len, uint8_t *ret_key) {
    const uint8_t *tag = data + key->ecdh->point_len;
    size_t key_len = len - key->ecdh->point_len - tag_len;  // far above any if len is too small
    uint8_t secret[SECRET];
    uint8_t keys[TN_CIPHER_KEY_MAX + TAG_MAX];

    if (key_len != TN_AES128_KEY && key_len != TN_AES256_KEY) {
        return TN_EUNWRAP;
    }
    int err = key->ecdh->shared(key->private_key, data, secret);
    if (!err) {
        derive(hash, secret, keys, key_len + tag_len);
        err = is_tagged(hash, keys + key_len, tag, tag_len, key_len) ? 0 : TN_EUNWRAP;
    }
    if (!err) {
        memcpy(ret_key, tag + tag_len, key_len);
        tn_aes_bearssl.convert(keys, key_len, 0, ret_key, key_len);
    }
    tn_wipe(secret, sizeof(secret));
    tn_wipe(keys, sizeof(keys));
    return err ? err : (int)key_len;
}

TN_EXPORTED int tn_unwrap_ecies(
        const struct tn_unwrap *u, const uint8_t *data, size_t len, uint8_t *ret_key) {
    return tn_ecies_open(u->key, &br_sha256_vtable, br_sha256_SIZE, data, len, ret_key);
}

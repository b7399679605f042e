// SPDX-License-Identifier: Apache-2.0
// ECIES as MCUboot has it. HMAC (FIPS 198-1) and HKDF (RFC 5869) are a page over the hash that the
// loader has anyway; BearSSL's, which serve any hash and any length, are 400 bytes more.
//
// The TLV is the sender's public point | a tag | the wrapped key. HKDF over the shared secret gives
// a key for AES-CTR, from counter 0 on, and a key for the tag, which covers the wrapped key.
// Source: MCUboot docs/encrypted_images.md; doc/reference/mcuboot.md section 5.
#include <stdbool.h>
#include <string.h>

#include "base/err.h"
#include "crypto/ecies_priv.h"
#include "crypto/wipe.h"

enum {
    SECRET = 32,
    BLOCK_MAX = 2 * TN_HASH_MAX,
    INFO = 16,
    INNER = 0x36,  // FIPS 198-1 table 1
    OUTER = 0x5c,
};

// HMAC with a key as long as the hash. SHA-256 and SHA-512 have blocks of twice their length (FIPS
// 180-4 section 1). ret may be the key's memory.
static void hmac(const struct tn_hash_alg *alg, const uint8_t *key, const uint8_t *text, size_t len,
        uint8_t *ret) {
    struct tn_hash h;
    uint8_t block[BLOCK_MAX];
    size_t size = 2u * alg->len;

    memset(block, INNER, sizeof(block));
    for (size_t i = 0; i < alg->len; i++) {
        block[i] ^= key[i];
    }
    alg->begin(&h);
    alg->add(&h, block, size);
    alg->add(&h, text, len);
    alg->end(&h, ret);
    for (size_t i = 0; i < size; i++) {
        block[i] ^= INNER ^ OUTER;
    }
    alg->begin(&h);
    alg->add(&h, block, size);
    alg->add(&h, ret, alg->len);
    alg->end(&h, ret);
    tn_wipe(block, sizeof(block));
    tn_wipe(&h, sizeof(h));
}

// HKDF without a salt, two hashes of it: the key for AES, and behind it the one for the tag.
static void derive(const struct tn_hash_alg *alg, const uint8_t *secret, uint8_t *ret) {
    static const char info[INFO + 1] = "MCUBoot_ECIES_v1";
    uint8_t key[TN_HASH_MAX] = {0};
    uint8_t text[TN_HASH_MAX + INFO + 1];  // the hash before, info, the number of this one
    size_t n = alg->len;

    hmac(alg, key, secret, SECRET, key);
    memcpy(text + n, info, INFO);
    text[n + INFO] = 1;
    hmac(alg, key, text + n, INFO + 1, ret);
    memcpy(text, ret, n);
    text[n + INFO] = 2;
    hmac(alg, key, text, n + INFO + 1, ret + n);
    tn_wipe(key, sizeof(key));
    tn_wipe(text, sizeof(text));
}

// True if tag is that of the wrapped key behind it. Takes as long for any other tag.
static bool is_tagged(
        const struct tn_hash_alg *alg, const uint8_t *key, const uint8_t *tag, size_t len) {
    uint8_t want[TN_HASH_MAX];
    uint8_t differs = 0;

    hmac(alg, key, tag + alg->len, len, want);
    for (size_t i = 0; i < alg->len; i++) {
        differs |= (uint8_t)(want[i] ^ tag[i]);
    }
    return !differs;
}

int tn_ecies_open(const struct tn_ecies_key *key, const struct tn_hash_alg *alg,
        const struct tn_cipher *cipher, const uint8_t *data, size_t len, uint8_t *ret_key) {
    const uint8_t *tag = data + key->ecdh->point_len;
    size_t key_len = len - key->ecdh->point_len - alg->len;  // far above any if len is too small
    uint8_t secret[SECRET];
    uint8_t keys[2 * TN_HASH_MAX];

    if (key_len != TN_AES128_KEY && key_len != TN_AES256_KEY) {
        return TN_EUNWRAP;
    }
    int err = key->ecdh->shared(key->private_key, data, secret);
    if (!err) {
        derive(alg, secret, keys);
        err = is_tagged(alg, keys + key_len, tag, key_len) ? 0 : TN_EUNWRAP;
    }
    if (!err) {
        memcpy(ret_key, tag + alg->len, key_len);
        cipher->convert(keys, key_len, 0, ret_key, key_len);
    }
    tn_wipe(secret, sizeof(secret));
    tn_wipe(keys, sizeof(keys));
    return err ? err : (int)key_len;
}

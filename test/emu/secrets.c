// SPDX-License-Identifier: Apache-2.0
// ECIES: MCUboot docs/encrypted_images.md; doc/reference/mcuboot.md section 5. By libcrypto, which
// shares nothing with the loader.
#include "secrets.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

enum {
    WINDOW = 8,
    WORD = 4,
    POINT = 65,
    SECRET = 32,
    TAG = 32,
    PAYLOAD_LEN = 12,  // offset in an image's header: doc/reference/mcuboot.md section 1
};

_Noreturn static void die(const char *text) {
    fprintf(stderr, "secrets: %s\n", text);
    exit(1);
}

// ---- The set -----------------------------------------------------------------------------

static uint64_t window_at(const uint8_t *p) {
    uint64_t ret;

    memcpy(&ret, p, WINDOW);
    return ret;
}

// The place of this window in the table, or the free place for it.
static uint64_t *place_of(const struct secrets *s, uint64_t window) {
    size_t at = (size_t)((window * 0x9e3779b97f4a7c15u) >> 32) & (s->size - 1);

    while (s->windows[at] && s->windows[at] != window) {
        at = (at + 1) & (s->size - 1);
    }
    return &s->windows[at];
}

static void add(struct secrets *s, uint64_t window) {
    uint64_t *place = place_of(s, window);

    s->used += !*place;
    *place = window;
}

// Makes the table so large that it is at most a quarter full with more windows than now.
static void make_room(struct secrets *s, size_t more) {
    struct secrets old = *s;

    if (4 * (s->used + more) <= s->size) {
        return;
    }
    s->size = s->size ? s->size : 1024;
    while (s->size < 4 * (s->used + more)) {
        s->size *= 2;
    }
    s->used = 0;
    s->windows = calloc(s->size, sizeof(*s->windows));
    if (!s->windows) {
        die("out of memory");
    }
    for (size_t i = 0; i < old.size; i++) {
        if (old.windows[i]) {
            add(s, old.windows[i]);
        }
    }
    free(old.windows);
}

static void add_all(struct secrets *s, const uint8_t *bytes, size_t len) {
    make_room(s, len);
    for (size_t i = 0; i + WINDOW <= len; i++) {
        add(s, window_at(bytes + i));
    }
}

size_t secrets_find(const struct secrets *s, const uint8_t *bytes, size_t len) {
    for (size_t i = 0; s->size && i + WINDOW <= len; i++) {
        uint64_t window = window_at(bytes + i);
        if (window && window != UINT64_MAX && *place_of(s, window)) {
            return i;
        }
    }
    return len;
}

// ---- Keys --------------------------------------------------------------------------------

// As it is, turned round as a whole, and with the bytes of each word turned round.
static void add_key(struct secrets *s, const uint8_t *key, size_t len) {
    uint8_t turned[64];
    uint8_t words[64];

    for (size_t i = 0; i < len; i++) {
        turned[i] = key[len - 1 - i];
        words[i] = key[i - i % WORD + WORD - 1 - i % WORD];
    }
    add_all(s, key, len);
    add_all(s, turned, len);
    add_all(s, words, len);
}

static EVP_PKEY *read_point(const uint8_t *point) {
    char group[] = "P-256";
    EVP_PKEY *ret = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    OSSL_PARAM params[] = {OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
            OSSL_PARAM_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)(uintptr_t)point, POINT),
            OSSL_PARAM_END};

    if (!ctx || EVP_PKEY_fromdata_init(ctx) <= 0 ||
            EVP_PKEY_fromdata(ctx, &ret, EVP_PKEY_PUBLIC_KEY, params) <= 0) {
        die("no point of P-256");
    }
    EVP_PKEY_CTX_free(ctx);
    return ret;
}

static void share(EVP_PKEY *mine, const uint8_t *point, uint8_t *ret) {
    EVP_PKEY *peer = read_point(point);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(mine, NULL);
    size_t len = SECRET;

    if (!ctx || EVP_PKEY_derive_init(ctx) <= 0 || EVP_PKEY_derive_set_peer(ctx, peer) <= 0 ||
            EVP_PKEY_derive(ctx, ret, &len) <= 0 || len != SECRET) {
        die("no shared secret");
    }
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(peer);
}

static void derive(uint8_t *secret, uint8_t *ret, size_t len) {
    char info[] = "MCUBoot_ECIES_v1";
    char hash[] = "SHA256";
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
    OSSL_PARAM params[] = {OSSL_PARAM_utf8_string(OSSL_KDF_PARAM_DIGEST, hash, 0),
            OSSL_PARAM_octet_string(OSSL_KDF_PARAM_KEY, secret, SECRET),
            OSSL_PARAM_octet_string(OSSL_KDF_PARAM_INFO, info, sizeof(info) - 1), OSSL_PARAM_END};

    if (!ctx || EVP_KDF_derive(ctx, ret, len, params) <= 0) {
        die("no derived keys");
    }
    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);
}

void secrets_add_keys(
        struct secrets *s, const struct tn_encrypt *device, const struct tn_buf *stored) {
    uint8_t private_key[TN_KEY_PRIVATE_MAX];
    uint8_t secret[SECRET];
    uint8_t keys[TN_ENCRYPT_KEY_MAX + TAG];
    struct tn_image_secret image, outer = {0};
    struct tn_wrapped wrapped;
    struct tn_fault fault = {0};
    size_t len;

    tn_emu_image_key(stored, device, &image, &wrapped);
    if (wrapped.type != TN_TLV_ENC_EC256 ||
            tn_key_private_for_device(device->key, private_key, &len, &fault)) {
        die("the device's key is none of P-256");
    }
    share(device->key->pkey, wrapped.bytes, secret);
    derive(secret, keys, image.len + TAG);

    // So these are the right ones: they unwrap the image's key.
    outer.len = image.len;
    memcpy(outer.bytes, keys, outer.len);
    if (tn_encrypt_payload(&outer, wrapped.bytes + POINT + TAG, image.len, &fault) ||
            memcmp(wrapped.bytes + POINT + TAG, image.bytes, image.len) != 0) {
        die("these are not the keys of the image");
    }
    add_key(s, private_key, SECRET);
    add_key(s, secret, SECRET);
    add_key(s, keys, image.len);
    add_key(s, keys + image.len, TAG);
    add_key(s, image.bytes, image.len);
}

// ---- Payloads ------------------------------------------------------------------------------

void secrets_add_payload(
        struct secrets *s, const struct tn_buf *stored, const struct tn_buf *clear, size_t header) {
    size_t len = tn_get_le32(clear->p + PAYLOAD_LEN);

    make_room(s, 3 * len);
    for (size_t i = header; i + WINDOW <= header + len; i++) {
        uint64_t window = window_at(clear->p + i);
        uint64_t stream = window ^ window_at(stored->p + i);
        add(s, window);
        add(s, stream);
        add(s, ~stream);
    }
}

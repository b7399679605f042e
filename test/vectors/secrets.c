// SPDX-License-Identifier: Apache-2.0
// Keys of a directory about encrypted images, and the search for what must not lie in spare flash.
#define _GNU_SOURCE  // memmem
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/compiler.h"
#include "vectors.h"

enum {
    LINE = 64,  // bytes that are too many to be equal by chance
};

static struct tn_buf p256, x25519, kek;
static struct tn_ecies_key p256_key = {.ecdh = &tn_ecdh_microecc};
static struct tn_ecies_key x25519_key = {.ecdh = &tn_ecdh_x25519};
static struct tn_kw_key kw_key;
static const struct tn_unwrap ec256 = {0x32, tn_unwrap_ecies, &p256_key};
static const struct tn_unwrap ecx = {0x33, tn_unwrap_ecies, &x25519_key};
static struct tn_rsa_key rsa_key;
static const struct tn_unwrap rsa = {0x30, tn_unwrap_rsa_i31, &rsa_key};
static const struct tn_unwrap kw = {0x31, tn_unwrap_kw, &kw_key};

bool has_secrets(const char *dir) {
    char path[4096];

    snprintf(path, sizeof(path), "%s/keys/TEST-KEY-ONLY-enc-ec256-private-raw32.bin", dir);
    return !access(path, R_OK);
}

static void read_key(struct tn_buf *ret, const char *dir, const char *name) {
    tn_buf_free(ret);
    *ret = read_vectors(dir, name);
}

static void read_rsa(const char *dir) {
    static const char *const names[] = {OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2,
            OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2,
            OSSL_PKEY_PARAM_RSA_COEFFICIENT1};
    static uint8_t parts[TN_LEN(names)][128];
    struct tn_buf der = read_vectors(dir, "keys/TEST-KEY-ONLY-enc-rsa-private-pkcs1.der");
    const uint8_t *p = der.p;
    EVP_PKEY *key = d2i_PrivateKey(EVP_PKEY_RSA, NULL, &p, (long)der.len);

    for (size_t i = 0; i < TN_LEN(names); i++) {
        BIGNUM *number = NULL;
        if (!EVP_PKEY_get_bn_param(key, names[i], &number) ||
                BN_bn2binpad(number, parts[i], sizeof(parts[i])) < 0) {
            die("not an RSA key:", dir);
        }
        BN_free(number);
    }
    EVP_PKEY_free(key);
    tn_buf_free(&der);
    rsa_key.parts = parts[0];
}

// MCUboot is built for one kind of wrapped key: so is the device of a set.
const struct tn_secrets *load_secrets(const char *dir, const json_t *def) {
    static const struct tn_unwrap *row[1];
    static const struct tn_secrets secrets = {&tn_aes_bearssl, row, TN_LEN(row)};
    const char *wrap = text(def, "wrap");
    char name[64];

    read_key(&p256, dir, "keys/TEST-KEY-ONLY-enc-ec256-private-raw32.bin");
    read_key(&x25519, dir, "keys/TEST-KEY-ONLY-enc-x25519-private-raw32.bin");
    snprintf(name, sizeof(name), "keys/TEST-KEY-ONLY-enc-kw-%ld.bin", number(def, "aes"));
    read_key(&kek, dir, name);
    read_rsa(dir);
    p256_key.private_key = p256.p;
    x25519_key.private_key = x25519.p;
    kw_key = (struct tn_kw_key){kek.p, (uint8_t)kek.len};
    row[0] = !strcmp(wrap, "ec256")   ? &ec256
            : !strcmp(wrap, "x25519") ? &ecx
            : !strcmp(wrap, "rsa")    ? &rsa
                                      : &kw;
    return &secrets;
}

void convert_payload(uint8_t *image, uint32_t begin, uint32_t len, const char *key) {
    uint8_t bytes[32];
    size_t n = strlen(key) / 2;

    for (size_t i = 0; i < n; i++) {
        char digits[3] = {key[2 * i], key[2 * i + 1], 0};
        bytes[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    const uint8_t iv[16] = {0};
    int out = 0;
    if (!EVP_EncryptInit_ex(
                ctx, n == 16 ? EVP_aes_128_ctr() : EVP_aes_256_ctr(), NULL, bytes, iv) ||
            !EVP_EncryptUpdate(ctx, image + begin, &out, image + begin, (int)len)) {
        die("cannot encrypt", "");
    }
    EVP_CIPHER_CTX_free(ctx);
}

// ---- What must not lie in spare flash --------------------------------------------------------

static uint8_t before[DUMP_MAX];

// True if the line lies somewhere in the area now, and did not lie there before.
static bool came(const struct set *s, enum tn_slot slot, const uint8_t *line) {
    const struct tn_area *a = &s->slots.area[slot];
    const uint8_t *area = vectors_mem + a->off;
    const uint8_t *p = area;

    while ((p = memmem(p, (size_t)(area + a->size - p), line, LINE))) {
        if (memcmp(before + (p - vectors_mem), line, LINE)) {
            return true;
        }
        p++;
    }
    return false;
}

static bool is_leaked(const struct set *s, const uint8_t *line) {
    return came(s, TN_SECONDARY, line) ||
            (s->slots.area[TN_SCRATCH].size && came(s, TN_SCRATCH, line));
}

// Clear bytes, and what the key's stream makes of erased and of zero bytes.
static bool leaks_at(const struct set *s, int image, uint32_t off) {
    const uint8_t *clear = s->image[image].p + off;
    const uint8_t *stored = s->stored[image].p + off;
    uint8_t stream[LINE];
    uint8_t inverse[LINE];

    for (int i = 0; i < LINE; i++) {
        stream[i] = clear[i] ^ stored[i];
        inverse[i] = stream[i] ^ 0xff;
    }
    return is_leaked(s, clear) || is_leaked(s, stream) || is_leaked(s, inverse);
}

void note_before(const struct set *s) {
    memcpy(before, vectors_mem, s->size);
}

void check_leaks(const struct set *s, const json_t *record, const bool *is_secret) {
    for (int i = 0; s->crypt.ops && i < IMAGES; i++) {
        if (!is_secret[i]) {
            continue;
        }
        const struct tn_buf *image = &s->image[i];
        uint32_t off = (uint32_t)(image->p[8] | image->p[9] << 8);
        uint32_t end = off + (uint32_t)(image->p[12] | image->p[13] << 8 | image->p[14] << 16);
        for (; off + LINE <= end; off += LINE) {
            if (leaks_at(s, i, off)) {
                fprintf(stderr, "FAILED: %s %s: bytes of %s at 0x%x reach spare flash in clear\n",
                        s->name, text(record, "file"), image_names[i], off);
                counts.leaks++;
                return;
            }
        }
    }
}

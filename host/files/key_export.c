// SPDX-License-Identifier: Apache-2.0
// Keys as devices and other tools read them.
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>

#include "host/base/memory.h"
#include "host/files/key_priv.h"

static void put_bytes(FILE *out, const char *type, size_t i, const uint8_t *p, size_t len) {
    fprintf(out, "static const uint8_t %s_%zu[%zu] = {", type, i, len);
    for (size_t k = 0; k < len; k++) {
        fprintf(out, "%s0x%02x,", k % 12 ? " " : "\n        ", p[k]);
    }
    fprintf(out, "\n};\n");
}

static void put_role(FILE *out, uint8_t role) {
    if (role >= TN_KEY_FOR_IMAGE) {
        fprintf(out, "TN_KEY_FOR_IMAGE + %d", role - TN_KEY_FOR_IMAGE);
    } else {
        fputs(role == TN_KEY_FOR_LISTS ? "TN_KEY_FOR_LISTS" : "TN_KEY_FOR_IMAGES", out);
    }
}

static void put_c(FILE *out, const struct tn_key_pair *keys, const char *const *names, size_t n) {
    fprintf(out,
            "// Made by `tenon getpub`: the public keys that this device trusts.\n"
            "#include \"image/trust.h\"\n");
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "\n// %s: %s%s\n", names[i], tn_key_kind_words(keys[i].kind),
                keys[i].is_dev ? ", a development key" : "");
        put_bytes(out, "hash", i, keys[i].hash, (size_t)TN_KEY_HASH_LEN + keys[i].long_hash_len);
        put_bytes(out, "key", i, keys[i].bytes, keys[i].len);
    }
    fprintf(out, "\nconst struct tn_key tn_keys[] = {\n");
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "        {%s, ", tn_key_kind_row(keys[i].kind)->constant);
        put_role(out, keys[i].role);
        fprintf(out, ", %u, hash_%zu, key_%zu},\n", keys[i].len, i, i);
    }
    fprintf(out, "        {0},\n};\n");
}

static void put_hashes(FILE *out, const struct tn_key_pair *keys, size_t n) {
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < TN_KEY_HASH_LEN; k++) {
            fprintf(out, "%02x", keys[i].hash[k]);
        }
        fputc('\n', out);
    }
}

static int refuse_x25519(
        const struct tn_key_pair *keys, const char *const *names, size_t n, struct tn_fault *f) {
    for (size_t i = 0; i < n; i++) {
        if (keys[i].kind == TN_KEY_X25519) {
            return tn_fail(f, TN_FAULT_UNSUPPORTED,
                    "%s: an X25519 key encrypts and does not sign: no device trusts it; give "
                    "--lang "
                    "pem, raw or hash",
                    names[i]);
        }
    }
    return 0;
}

int tn_key_export(const struct tn_key_pair *keys, const char *const *names, size_t n,
        enum tn_key_format format, struct tn_buf *ret, struct tn_fault *f) {
    struct tn_memory m;

    if (n != 1 && (format == TN_KEY_FORMAT_PEM || format == TN_KEY_FORMAT_RAW)) {
        return tn_fail(f, TN_FAULT_USAGE, "this format takes one key; give them one by one");
    }
    if (format == TN_KEY_FORMAT_C && refuse_x25519(keys, names, n, f)) {
        return -1;
    }
    if (format == TN_KEY_FORMAT_PEM) {
        return tn_key_to_pem(keys[0].pkey, false, keys[0].is_dev, NULL, ret, f);
    }
    if (tn_memory_open(&m)) {
        return tn_fail_memory(f);
    }
    if (format == TN_KEY_FORMAT_RAW) {
        fwrite(keys[0].bytes, 1, keys[0].len, m.out);
    } else if (format == TN_KEY_FORMAT_HASH) {
        put_hashes(m.out, keys, n);
    } else {
        put_c(m.out, keys, names, n);
    }
    if (tn_memory_close(&m)) {
        return tn_fail_memory(f);
    }
    *ret = (struct tn_buf){(uint8_t *)m.text, m.len};
    return 0;
}

// ---- Private keys, for devices that decrypt images --------------------------------------------

enum { PRIVATE_LEN = 32 };

// Gets the private half: big-endian for P-256, as in RFC 7748 for X25519. False: libcrypto failed.
static bool get_private(const struct tn_key_pair *k, uint8_t ret[PRIVATE_LEN]) {
    size_t len = PRIVATE_LEN;
    BIGNUM *number = NULL;

    if (k->kind == TN_KEY_X25519) {
        return EVP_PKEY_get_raw_private_key(k->pkey, ret, &len) == 1 && len == PRIVATE_LEN;
    }
    bool ok = EVP_PKEY_get_bn_param(k->pkey, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1 &&
            BN_bn2binpad(number, ret, PRIVATE_LEN) == PRIVATE_LEN;
    BN_clear_free(number);
    return ok;
}

int tn_key_export_private(
        const struct tn_key_pair *k, const char *name, struct tn_buf *ret, struct tn_fault *f) {
    uint8_t bytes[PRIVATE_LEN];
    struct tn_memory m;

    if (k->kind != TN_KEY_P256 && k->kind != TN_KEY_X25519) {
        return tn_fail(f, TN_FAULT_UNSUPPORTED,
                "%s: is a %s key; give one of P-256 or X25519, by which devices decrypt images",
                name, tn_key_kind_words(k->kind));
    }
    if (!k->has_private || k->token) {
        return tn_fail(f, TN_FAULT_UNSUPPORTED,
                "%s: has no private half that can be read; give the key's own file", name);
    }
    if (!get_private(k, bytes)) {
        return tn_crypto_error(f, name);
    }
    if (tn_memory_open(&m)) {
        OPENSSL_cleanse(bytes, sizeof(bytes));
        return tn_fail_memory(f);
    }
    fprintf(m.out,
            "// Made by `tenon getpriv`: the private key by which this device decrypts images. "
            "Keep it "
            "secret.\n// %s: %s%s\n#include <stdint.h>\n\n"
            "extern const uint8_t tn_private_key[%d];\n"
            "const uint8_t tn_private_key[%d] = {",
            name, tn_key_kind_words(k->kind), k->is_dev ? ", a development key" : "", PRIVATE_LEN,
            PRIVATE_LEN);
    for (size_t i = 0; i < PRIVATE_LEN; i++) {
        fprintf(m.out, "%s0x%02x,", i % 12 ? " " : "\n        ", bytes[i]);
    }
    fprintf(m.out, "\n};\n");
    OPENSSL_cleanse(bytes, sizeof(bytes));
    if (tn_memory_close(&m)) {
        return tn_fail_memory(f);
    }
    *ret = (struct tn_buf){(uint8_t *)m.text, m.len};
    return 0;
}

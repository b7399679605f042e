// SPDX-License-Identifier: Apache-2.0
// Uses libcrypto's EVP calls, which leave the choice of implementation to libcrypto. A P-256 public
// key as DER always begins with the same 27 bytes and ends with x and y. These bytes show that a
// key is P-256, and where the point is.
#include "host/files/key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "host/base/memory.h"
#include "host/files/ecdsa_rfc6979_priv.h"
#include "host/files/kind.h"

// The beginning of a development key's file.
static const char dev_mark[] =
        "# Tenon development key: for a desk, never for a product.\n"
        "# Whoever has this file can sign firmware for devices that trust it.\n";

// The first bytes of every P-256 SPKI: SEQUENCE, id-ecPublicKey, prime256v1, BIT STRING, 04.
static const uint8_t spki_head[TN_KEY_SPKI_LEN - TN_KEY_POINT_LEN] = {0x30, 0x59, 0x30, 0x13, 0x06,
        0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d,
        0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};

// Returns the oldest error of libcrypto's queue, and empties the queue.
static int crypto_error(struct tn_fault *f, const char *what) {
    char words[160];
    ERR_error_string_n(ERR_get_error(), words, sizeof(words));
    ERR_clear_error();
    return tn_fail(f, TN_FAULT_INTERNAL, "libcrypto cannot %s: %s", what, words);
}

// A key as PEM text, with the mark in front of it.
static int to_pem(
        EVP_PKEY *pkey, bool private_half, bool dev, struct tn_buf *ret, struct tn_fault *f) {
    BIO *bio = BIO_new(BIO_s_mem());
    char *text;
    int ok = bio != NULL;

    if (ok && dev) {
        ok = BIO_puts(bio, dev_mark) > 0;
    }
    if (ok && private_half) {
        ok = PEM_write_bio_PKCS8PrivateKey(bio, pkey, NULL, NULL, 0, NULL, NULL);
    } else if (ok) {
        ok = PEM_write_bio_PUBKEY(bio, pkey);
    }
    long len = ok ? BIO_get_mem_data(bio, &text) : 0;
    ret->p = len > 0 ? malloc((size_t)len) : NULL;
    if (ret->p) {
        memcpy(ret->p, text, (size_t)len);
        ret->len = (size_t)len;
    }
    BIO_free(bio);
    return ret->p ? 0 : crypto_error(f, "write a key");
}

int tn_key_generate(const char *path, bool force, bool dev, struct tn_fault *f) {
    struct tn_buf pem = {0};
    EVP_PKEY *pkey = EVP_EC_gen("P-256");

    if (!pkey) {
        return crypto_error(f, "make a key");
    }
    int err = to_pem(pkey, true, dev, &pem, f);
    EVP_PKEY_free(pkey);
    if (!err) {
        err = tn_file_write(
                path, pem.p, pem.len, force ? TN_FILE_PRIVATE_REPLACE : TN_FILE_PRIVATE, f);
        OPENSSL_cleanse(pem.p, pem.len);
    }
    tn_buf_free(&pem);
    return err;
}

// Without this, libcrypto would prompt for a passphrase on the terminal.
static int no_password(char *buf, int size, int rwflag, void *user) {
    (void)buf, (void)size, (void)rwflag, (void)user;
    return 0;
}

// A key as DER, the form inside of PEM.
static EVP_PKEY *parse_der(const struct tn_buf *file, bool *ret_private) {
    const unsigned char *p = file->p;
    EVP_PKEY *pkey = d2i_AutoPrivateKey(NULL, &p, (long)file->len);

    *ret_private = pkey != NULL;
    if (!pkey) {
        p = file->p;
        pkey = d2i_PUBKEY(NULL, &p, (long)file->len);
    }
    return pkey;
}

// The private key if there is one, else the public key, else NULL.
static EVP_PKEY *parse(const struct tn_buf *file, bool *ret_private) {
    BIO *bio = BIO_new_mem_buf(file->p, (int)file->len);
    EVP_PKEY *pkey = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);

    *ret_private = pkey != NULL;
    if (!pkey) {
        BIO_free(bio);
        bio = BIO_new_mem_buf(file->p, (int)file->len);
        pkey = PEM_read_bio_PUBKEY(bio, NULL, no_password, NULL);
    }
    BIO_free(bio);
    pkey = pkey ? pkey : parse_der(file, ret_private);
    ERR_clear_error();
    return pkey;
}

// Fills in the public half. False if this is not a P-256 key.
static bool fill_public(struct tn_key_pair *k, EVP_PKEY *pkey) {
    unsigned char *der = NULL;
    int len = i2d_PUBKEY(pkey, &der);
    bool ok = len == TN_KEY_SPKI_LEN && memcmp(der, spki_head, sizeof(spki_head)) == 0;

    if (ok) {
        memcpy(k->spki, der, TN_KEY_SPKI_LEN);
        memcpy(k->point, der + sizeof(spki_head), TN_KEY_POINT_LEN);
        tn_sha256(k->spki, TN_KEY_SPKI_LEN, k->hash);
    }
    OPENSSL_free(der);
    ERR_clear_error();
    return ok;
}

int tn_key_load(const char *path, struct tn_key_pair *ret, struct tn_fault *f) {
    struct tn_buf file;
    struct tn_key_pair k = {0};
    bool is_stdin = strcmp(path, "-") == 0;

    if (is_stdin ? tn_file_read_stdin(&file, f) : tn_file_read(path, &file, f)) {
        return -1;
    }
    path = is_stdin ? "standard input" : path;
    EVP_PKEY *pkey = parse(&file, &k.has_private);
    bool locked = strstr((char *)file.p, "ENCRYPTED") != NULL;
    struct tn_kind_found kind;
    tn_kind_find(file.p, file.len, &kind);
    k.is_dev = strstr((char *)file.p, "Tenon development key") != NULL;
    OPENSSL_cleanse(file.p, file.len);
    tn_buf_free(&file);
    if (!pkey) {
        return tn_fail(f, TN_FAULT_MALFORMED, "%s: %s", path,
                kind.kind == TN_KIND_CERTIFICATE
                        ? "a certificate, not a key; take its key out by: openssl x509 -pubkey "
                          "-noout -in FILE"
                        : locked
                        ? "this key file is locked by a passphrase, which is not supported; unlock "
                          "it by: openssl pkey -in FILE -out FILE2"
                        : "no PEM key in it; make one by: tenon keygen FILE");
    }
    k.pkey = pkey;
    if (!fill_public(&k, pkey)) {
        tn_key_free(&k);
        return tn_fail(f, TN_FAULT_UNSUPPORTED,
                "%s: not an ECDSA P-256 key, the only kind supported; make one by: tenon keygen "
                "FILE",
                path);
    }
    *ret = k;
    return 0;
}

void tn_key_free(struct tn_key_pair *k) {
    EVP_PKEY_free(k->pkey);
    *k = (struct tn_key_pair){0};
}

int tn_key_sign(const struct tn_key_pair *k, const uint8_t digest[32], uint8_t *ret_sig,
        size_t *ret_len, struct tn_fault *f) {
    return tn_ecdsa_rfc6979(k->pkey, digest, ret_sig, ret_len) ? 0 : crypto_error(f, "sign");
}

// Length of the DER SEQUENCE at sig, with its head, or 0.
static size_t der_len(const uint8_t *sig, size_t len) {
    return len >= 2 && sig[0] == 0x30 && sig[1] < 0x80 && sig[1] + 2u <= len ? sig[1] + 2u : 0;
}

bool tn_key_verify(
        const struct tn_key_pair *k, const uint8_t digest[32], const uint8_t *sig, size_t len) {
    size_t n = der_len(sig, len);

    for (size_t i = n; i < len; i++) {
        if (sig[i]) {
            return false;
        }
    }
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(k->pkey, NULL);
    bool ok = n && ctx && EVP_PKEY_verify_init(ctx) > 0 &&
            EVP_PKEY_verify(ctx, sig, n, digest, 32) == 1;
    EVP_PKEY_CTX_free(ctx);
    ERR_clear_error();
    return ok;
}

// ---- Export ----------------------------------------------------------------------------

static void put_bytes(FILE *out, const char *type, size_t i, const uint8_t *p, size_t len) {
    fprintf(out, "static const uint8_t %s_%zu[%zu] = {", type, i, len);
    for (size_t k = 0; k < len; k++) {
        fprintf(out, "%s0x%02x,", k % 12 ? " " : "\n        ", p[k]);
    }
    fprintf(out, "\n};\n");
}

static void put_c(FILE *out, const struct tn_key_pair *keys, const char *const *names, size_t n) {
    fprintf(out,
            "// Made by `tenon getpub`: the public keys whose images this device runs.\n"
            "#include \"image/trust.h\"\n");
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "\n// %s%s\n", names[i], keys[i].is_dev ? ": a development key" : "");
        put_bytes(out, "hash", i, keys[i].hash, TN_KEY_HASH_LEN);
        put_bytes(out, "key", i, keys[i].point, TN_KEY_POINT_LEN);
    }
    fprintf(out, "\nconst struct tn_key tn_keys[] = {\n");
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "        {TN_KEY_P256, TN_KEY_FOR_IMAGES, %d, hash_%zu, key_%zu},\n",
                TN_KEY_POINT_LEN, i, i);
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

int tn_key_export(const struct tn_key_pair *keys, const char *const *names, size_t n,
        enum tn_key_format format, struct tn_buf *ret, struct tn_fault *f) {
    struct tn_memory m;

    if (n != 1 && (format == TN_KEY_FORMAT_PEM || format == TN_KEY_FORMAT_RAW)) {
        return tn_fail(f, TN_FAULT_USAGE, "this format takes one key; give them one by one");
    }
    if (format == TN_KEY_FORMAT_PEM) {
        return to_pem(keys[0].pkey, false, keys[0].is_dev, ret, f);
    }
    if (tn_memory_open(&m)) {
        return tn_fail_memory(f);
    }
    if (format == TN_KEY_FORMAT_RAW) {
        fwrite(keys[0].point, 1, TN_KEY_POINT_LEN, m.out);
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

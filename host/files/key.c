// SPDX-License-Identifier: Apache-2.0
// Key files: made, read and freed.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "host/files/key_priv.h"
#include "host/files/kind.h"
#include "host/files/token.h"

// The beginning of a development key's file.
static const char dev_mark[] =
        "# Tenon development key: for a desk, never for a product.\n"
        "# Whoever has this file can sign firmware for devices that trust it.\n";

int tn_crypto_error(struct tn_fault *f, const char *what) {
    char words[160];
    ERR_error_string_n(ERR_get_error(), words, sizeof(words));
    ERR_clear_error();
    return tn_fail(f, TN_FAULT_INTERNAL, "libcrypto cannot %s: %s", what, words);
}

int tn_key_to_pem(void *pkey, bool private_half, bool dev, const char *passphrase,
        struct tn_buf *ret, struct tn_fault *f) {
    BIO *bio = BIO_new(BIO_s_mem());
    char *text;
    int ok = bio != NULL;

    if (ok && dev) {
        ok = BIO_puts(bio, dev_mark) > 0;
    }
    if (ok && private_half) {
        ok = PEM_write_bio_PKCS8PrivateKey(bio, pkey, passphrase ? EVP_aes_256_cbc() : NULL,
                passphrase, passphrase ? (int)strlen(passphrase) : 0, NULL, NULL);
    } else if (ok) {
        ok = PEM_write_bio_PUBKEY(bio, pkey);
    }
    long len = ok ? BIO_get_mem_data(bio, &text) : 0;
    ret->p = len > 0 ? malloc((size_t)len) : NULL;
    if (ret->p) {
        memcpy(ret->p, text, (size_t)len);
        ret->len = (size_t)len;
        OPENSSL_cleanse(text, (size_t)len);
    }
    BIO_free(bio);
    return ret->p ? 0 : tn_crypto_error(f, "write a key");
}

static EVP_PKEY *make(uint8_t kind) {
    const struct tn_key_kind_row *r = tn_key_kind_row(kind);

    return !r          ? NULL
            : r->group ? EVP_EC_gen(r->group)
            : r->bits  ? EVP_RSA_gen(r->bits)
                       : EVP_PKEY_Q_keygen(NULL, NULL, r->evp);
}

int tn_key_generate_kind(uint8_t kind, const char *path, bool force, bool dev,
        const char *passphrase, struct tn_fault *f) {
    struct tn_buf pem = {0};
    EVP_PKEY *pkey = make(kind);

    if (!pkey) {
        return tn_crypto_error(f, "make a key");
    }
    int err = tn_key_to_pem(pkey, true, dev, passphrase, &pem, f);
    EVP_PKEY_free(pkey);
    if (!err) {
        err = tn_file_write(
                path, pem.p, pem.len, force ? TN_FILE_PRIVATE_REPLACE : TN_FILE_PRIVATE, f);
        OPENSSL_cleanse(pem.p, pem.len);
    }
    tn_buf_free(&pem);
    return err;
}

int tn_key_generate(const char *path, bool force, bool dev, struct tn_fault *f) {
    return tn_key_generate_kind(TN_KEY_P256, path, force, dev, NULL, f);
}

// ---- Reading -----------------------------------------------------------------------------------

// The passphrase that libcrypto asks for: at most once a file, since parse tries several forms.
struct asked {
    const struct tn_passphrase *from;
    const char *name;
    char text[TN_KEY_PASSPHRASE_MAX];
    bool was_asked, failed;
    struct tn_fault *f;
};

// Without a callback, libcrypto would prompt on the terminal.
static int give_passphrase(char *buf, int size, int rwflag, void *user) {
    struct asked *a = user;
    char what[300];

    (void)rwflag;
    if (!a->was_asked) {
        a->was_asked = true;
        snprintf(what, sizeof(what), "passphrase of %s", a->name);
        a->failed = a->from && a->from->get(a->from->ctx, what, a->text, sizeof(a->text), a->f);
    }
    size_t len = strlen(a->text);
    if (!a->from || a->failed || len > (size_t)size) {
        return 0;
    }
    memcpy(buf, a->text, len);
    return (int)len;
}

// A key as DER, the form inside of PEM.
static EVP_PKEY *parse_der(const struct tn_buf *file, struct asked *a, bool *ret_private) {
    const unsigned char *p = file->p;
    EVP_PKEY *pkey = d2i_AutoPrivateKey(NULL, &p, (long)file->len);

    if (!pkey) {  // encrypted PKCS #8
        BIO *bio = BIO_new_mem_buf(file->p, (int)file->len);
        pkey = d2i_PKCS8PrivateKey_bio(bio, NULL, give_passphrase, a);
        BIO_free(bio);
    }
    *ret_private = pkey != NULL;
    if (!pkey) {
        p = file->p;
        pkey = d2i_PUBKEY(NULL, &p, (long)file->len);
    }
    return pkey;
}

// The public key of a certificate, PEM or DER.
static EVP_PKEY *parse_certificate(const struct tn_buf *file) {
    const unsigned char *p = file->p;
    BIO *bio = BIO_new_mem_buf(file->p, (int)file->len);
    X509 *cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);

    BIO_free(bio);
    cert = cert ? cert : d2i_X509(NULL, &p, (long)file->len);
    EVP_PKEY *pkey = cert ? X509_get_pubkey(cert) : NULL;
    X509_free(cert);
    return pkey;
}

// PEM's form of RSA public keys in PKCS #1 (BEGIN RSA PUBLIC KEY), and of all in SPKI.
static EVP_PKEY *parse_public(const struct tn_buf *file) {
    BIO *bio = BIO_new_mem_buf(file->p, (int)file->len);
    EVP_PKEY *pkey = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);

    BIO_free(bio);
    return pkey ? pkey : parse_certificate(file);
}

// The private key if there is one, else the public key, else NULL.
static EVP_PKEY *parse(const struct tn_buf *file, struct asked *a, bool *ret_private) {
    BIO *bio = BIO_new_mem_buf(file->p, (int)file->len);
    EVP_PKEY *pkey = PEM_read_bio_PrivateKey(bio, NULL, give_passphrase, a);

    BIO_free(bio);
    *ret_private = pkey != NULL;
    if (!pkey) {
        pkey = parse_der(file, a, ret_private);
    }
    if (!pkey) {
        pkey = parse_public(file);
    }
    ERR_clear_error();
    return pkey;
}

// Why a file's content is no key.
static int no_key(struct asked *a, struct tn_fault *f) {
    if (a->failed) {
        return -1;  // the fault is filled
    }
    if (a->was_asked && a->from) {
        return tn_fail(f, TN_FAULT_MALFORMED,
                "%s: the passphrase does not open this key file; give the right one", a->name);
    }
    if (a->was_asked) {
        return tn_fail(f, TN_FAULT_USAGE,
                "%s: this key file is locked by a passphrase; give it by --passphrase-file, or "
                "unlock the file by: openssl pkey -in FILE -out FILE2",
                a->name);
    }
    return tn_fail(
            f, TN_FAULT_MALFORMED, "%s: no PEM key in it; make one by: tenon keygen FILE", a->name);
}

static int read_file(const char *name, struct tn_buf *ret, struct tn_fault *f) {
    if (strcmp(name, "-") == 0) {
        return tn_file_read_stdin(ret, f);
    }
    return strncmp(name, "fd:", 3) == 0 ? tn_file_read_fd(name + 3, ret, f)
                                        : tn_file_read(name, ret, f);
}

static int unsupported(struct tn_key_pair *k, const char *name, struct tn_fault *f) {
    tn_key_free(k);
    return tn_fail(f, TN_FAULT_UNSUPPORTED,
            "%s: a key of a kind that is not supported: these are ECDSA P-256 and P-384, Ed25519, "
            "RSA of 2048 and 3072 bits with exponent 65537, and X25519 for encryption; make one "
            "by: "
            "tenon keygen --type TYPE FILE",
            name);
}

int tn_key_load_with(const char *name, const struct tn_passphrase *p, struct tn_key_pair *ret,
        struct tn_fault *f) {
    struct tn_buf file;
    struct tn_key_pair k = {0};
    struct asked a = {.from = p, .name = strcmp(name, "-") ? name : "standard input", .f = f};

    if (strncmp(name, "pkcs11:", 7) == 0) {
        return tn_token_open(name, p, ret, f);
    }
    if (read_file(name, &file, f)) {
        return -1;
    }
    k.pkey = parse(&file, &a, &k.has_private);
    k.is_dev = strstr((char *)file.p, "Tenon development key") != NULL;
    OPENSSL_cleanse(file.p, file.len);
    OPENSSL_cleanse(a.text, sizeof(a.text));
    tn_buf_free(&file);
    if (!k.pkey) {
        return no_key(&a, f);
    }
    if (!tn_key_fill(&k)) {
        return unsupported(&k, a.name, f);
    }
    *ret = k;
    return 0;
}

int tn_key_load(const char *name, struct tn_key_pair *ret, struct tn_fault *f) {
    return tn_key_load_with(name, NULL, ret, f);
}

void tn_key_free(struct tn_key_pair *k) {
    EVP_PKEY_free(k->pkey);
    tn_token_close(k->token);
    *k = (struct tn_key_pair){0};
}

// SPDX-License-Identifier: Apache-2.0
// Key lists as files.
#include "host/files/key_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "image/key_role.h"

// ---- Roles -------------------------------------------------------------------------------------

// Returns what follows the prefix, or NULL.
static const char *behind(const char *text, const char *prefix) {
    size_t n = strlen(prefix);

    return strncmp(text, prefix, n) == 0 ? text + n : NULL;
}

// Reads "lists=" or "image-N=". NULL: it is neither.
static const char *parse_role(const char *text, uint8_t *ret) {
    const char *file = behind(text, "lists=");
    const char *digits = behind(text, "image-");

    if (file) {
        *ret = TN_KEY_FOR_LISTS;
        return file;
    }
    if (!digits || *digits < '0' || *digits > '9') {
        return NULL;
    }
    char *end;
    unsigned long n = strtoul(digits, &end, 10);
    if (*end != '=' || n >= TN_KEY_IMAGES_MAX) {
        return NULL;
    }
    *ret = (uint8_t)(TN_KEY_FOR_IMAGE + n);
    return end + 1;
}

void tn_key_arg_parse(const char *arg, struct tn_key_arg *ret) {
    const char *rest = behind(arg, "revoked-");
    struct tn_key_arg got = {.file = parse_role(rest ? rest : arg, &got.role)};

    got.is_revoked = rest && got.file;
    if (!got.file) {
        got.file = behind(arg, "revoked=");
        got.is_revoked = got.file != NULL;
        got.role = TN_KEY_FOR_IMAGES;
    }
    if (!got.file) {
        got.file = arg;
    }
    *ret = got;
}

const char *tn_key_role_words(uint8_t role, char ret[TN_KEY_ROLE_TEXT]) {
    if (role >= TN_KEY_FOR_IMAGE && role < TN_KEY_FOR_IMAGE + TN_KEY_IMAGES_MAX) {
        snprintf(ret, TN_KEY_ROLE_TEXT, "image %u", role - (unsigned)TN_KEY_FOR_IMAGE);
        return ret;
    }
    return role == TN_KEY_FOR_IMAGES   ? "any image"
            : role == TN_KEY_FOR_LISTS ? "key lists"
                                       : "unknown role";
}

// ---- Making ------------------------------------------------------------------------------------

// A signature's length stands in the signed part, so it is the largest of its kind: ECDSA's DER is
// filled with zeros.
static uint16_t sig_len_of(uint8_t kind) {
    switch (kind) {
    case TN_KEY_P256:
        return 72;
    case TN_KEY_ED25519:
        return 64;
    case TN_KEY_RSA2048:
        return 256;
    default:
        return 384;
    }
}

static int check_signer(const struct tn_key_pair *key, struct tn_fault *f) {
    if (key->kind == TN_KEY_X25519) {
        return tn_fail(f, TN_FAULT_USAGE, "an X25519 key encrypts and does not sign");
    }
    if (key->kind == TN_KEY_P384) {
        return tn_fail(f, TN_FAULT_UNSUPPORTED,
                "key lists are signed over SHA-256, and P-384 keys sign SHA-384: take a P-256, "
                "Ed25519 or RSA key for lists");
    }
    if (!key->has_private) {
        return tn_fail(f, TN_FAULT_USAGE,
                "signing needs the private key of the role 'lists', and this file holds only the "
                "public half");
    }
    return 0;
}

static int check_keys(const struct tn_key_list_opts *o, struct tn_fault *f) {
    bool has_image_key = false;

    if (!o->n || o->n > TN_KEY_LIST_KEYS) {
        return tn_fail(f, TN_FAULT_USAGE, "a key list names 1 to %d keys", TN_KEY_LIST_KEYS);
    }
    if (!o->number) {
        return tn_fail(f, TN_FAULT_USAGE,
                "--number is 1 or more, and above that of every list "
                "that devices have taken");
    }
    for (size_t i = 0; i < o->n; i++) {
        for (size_t k = 0; k < i; k++) {
            if (memcmp(o->keys[i].hash, o->keys[k].hash, TN_KEY_HASH_LEN) == 0) {
                return tn_fail(
                        f, TN_FAULT_USAGE, "the keys %zu and %zu are the same", k + 1, i + 1);
            }
        }
        if (o->revoked[i] && memcmp(o->keys[i].hash, o->signer->hash, TN_KEY_HASH_LEN) == 0) {
            return tn_fail(f, TN_FAULT_USAGE,
                    "a list cannot revoke the key that signs it: sign with another key of the "
                    "role 'lists'");
        }
        has_image_key |= !o->revoked[i] && tn_key_signs_images(o->keys[i].role);
    }
    return has_image_key ? 0
                         : tn_fail(f, TN_FAULT_USAGE,
                                   "no key for images would remain, and no device would take this "
                                   "list: name one that is not revoked");
}

static void put_entries(uint8_t *p, const struct tn_key_list_opts *o) {
    for (size_t i = 0; i < o->n; i++, p += TN_KEY_LIST_ENTRY) {
        memcpy(p, o->keys[i].hash, TN_HASH_LEN);
        p[TN_HASH_LEN] = o->keys[i].role;
        p[TN_HASH_LEN + 1] = o->revoked[i];
    }
}

// Source: SPEC.md, "Key lists".
static void put_head(uint8_t *p, const struct tn_key_list_opts *o) {
    memcpy(p, "TNkl\1", 5);
    p[5] = (uint8_t)o->n;
    tn_put_le16(p + 6, sig_len_of(o->signer->kind));
    tn_put_le32(p + 8, o->number);
    memcpy(p + 12, o->signer->hash, TN_HASH_LEN);
}

int tn_key_list_make(const struct tn_key_list_opts *o, struct tn_buf *ret, struct tn_fault *f) {
    uint8_t digest[TN_HASH_LEN];
    uint8_t sig[TN_KEY_SIG_MAX] = {0};
    size_t sig_len = 0;

    if (check_signer(o->signer, f) || check_keys(o, f)) {
        return -1;
    }
    size_t signed_len = TN_KEY_LIST_HEAD + o->n * TN_KEY_LIST_ENTRY;
    size_t len = signed_len + sig_len_of(o->signer->kind);
    uint8_t *p = calloc(1, len);
    if (!p) {
        return tn_fail_memory(f);
    }
    put_head(p, o);
    put_entries(p + TN_KEY_LIST_HEAD, o);
    tn_sha256(p, signed_len, digest);
    if (tn_key_sign_message(o->signer, digest, sizeof(digest), false, sig, &sig_len, f)) {
        free(p);
        return -1;
    }
    memcpy(p + signed_len, sig, len - signed_len);
    *ret = (struct tn_buf){p, len};
    return 0;
}

// ---- Reading -----------------------------------------------------------------------------------

int tn_key_list_open(const uint8_t *bytes, size_t len, const char *name, struct tn_key_list *ret,
        struct tn_fault *f) {
    switch (tn_key_list_get(ret, bytes, len)) {
    case 0:
        return 0;
    case TN_EMAGIC:
        return tn_fail(
                f, TN_FAULT_MAGIC, "%s: not a key list; make one by: tenon keylist make", name);
    case TN_ENEWER:
        return tn_fail(f, TN_FAULT_UNSUPPORTED,
                "%s: a key list of a later format; install a newer tenon", name);
    case TN_ESIZE:
        return tn_fail(f, TN_FAULT_TRUNCATED,
                "%s: the key list is cut off, or bytes follow it; copy the file again", name);
    default:
        return tn_fail(f, TN_FAULT_MALFORMED,
                "%s: the key list contradicts itself: a key twice, an unknown role, number 0, or "
                "its own key revoked; make it again",
                name);
    }
}

bool tn_key_list_is_by(const struct tn_key_list *l, const struct tn_key_pair *key) {
    size_t signed_len = (size_t)l->len - l->sig_len;
    uint8_t digest[TN_HASH_LEN];

    tn_sha256(l->bytes, signed_len, digest);
    return memcmp(tn_key_list_signer(l), key->hash, TN_HASH_LEN) == 0 &&
            tn_key_verify_message(key, digest, sizeof(digest), l->bytes + signed_len, l->sig_len);
}

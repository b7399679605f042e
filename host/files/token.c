// SPDX-License-Identifier: Apache-2.0
// Sources: PKCS #11 2.40 (objects, attributes), Current Mechanisms 2.40 (CKM_ECDSA signs r and s,
// CKM_RSA_PKCS_PSS), 3.0 (CKM_EDDSA); RFC 7512 for URIs, which p11-kit reads.
#include "host/files/token.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <p11-kit/p11-kit.h>
#include <p11-kit/uri.h>

#include "host/files/key_priv.h"
#include "image/format.h"

enum { VALUE_MAX = 1024 };

struct tn_token_key {
    CK_FUNCTION_LIST **modules;  // those that this machine lists; NULL: one of the URI's own
    CK_FUNCTION_LIST *module;    // that has the key
    CK_SESSION_HANDLE session;
    CK_OBJECT_HANDLE key;
    bool is_own;  // module was loaded by the URI's module-path
};

static int token_error(struct tn_fault *f, const char *what, CK_RV rv) {
    return tn_fail(f, TN_FAULT_READ, "the token cannot %s: %s", what, p11_kit_strerror(rv));
}

// ---- The PIN ------------------------------------------------------------------------------------

// The first line of the file that pin-source names, as a path or a file: URI.
static int pin_of_file(const char *source, char *ret, size_t size, struct tn_fault *f) {
    struct tn_buf file;
    const char *path = strncmp(source, "file:", 5) == 0 ? source + 5 : source;

    if (tn_file_read(path, &file, f)) {
        return -1;
    }
    size_t n = strcspn((char *)file.p, "\r\n");
    n = n < size ? n : size - 1;
    memcpy(ret, file.p, n);
    ret[n] = '\0';
    OPENSSL_cleanse(file.p, file.len);
    tn_buf_free(&file);
    return 0;
}

static int get_pin(P11KitUri *uri, const char *label, const struct tn_passphrase *p, char *ret,
        size_t size, struct tn_fault *f) {
    const char *value = p11_kit_uri_get_pin_value(uri);
    const char *source = p11_kit_uri_get_pin_source(uri);
    char what[100];

    if (value && strlen(value) < size) {
        strcpy(ret, value);
        return 0;
    }
    if (source) {
        return pin_of_file(source, ret, size, f);
    }
    if (!p) {
        return tn_fail(f, TN_FAULT_USAGE,
                "token %s wants a PIN: give it by --passphrase-file, or by pin-source in the URI",
                label);
    }
    snprintf(what, sizeof(what), "PIN of token %s", label);
    return p->get(p->ctx, what, ret, size, f);
}

static int login(struct tn_token_key *t, P11KitUri *uri, const CK_TOKEN_INFO *info,
        const struct tn_passphrase *p, struct tn_fault *f) {
    char label[sizeof(info->label) + 1] = {0};
    char pin[TN_KEY_PASSPHRASE_MAX] = {0};
    bool has_pad = info->flags & CKF_PROTECTED_AUTHENTICATION_PATH;  // the PIN is typed there

    if (!(info->flags & CKF_LOGIN_REQUIRED)) {
        return 0;
    }
    memcpy(label, info->label, sizeof(info->label));  // padded with blanks
    for (size_t n = sizeof(info->label); n && label[n - 1] == ' '; n--) {
        label[n - 1] = '\0';
    }
    if (!has_pad && get_pin(uri, label, p, pin, sizeof(pin), f)) {
        return -1;
    }
    CK_RV rv = t->module->C_Login(t->session, CKU_USER, has_pad ? NULL : (CK_UTF8CHAR *)pin,
            has_pad ? 0 : (CK_ULONG)strlen(pin));
    OPENSSL_cleanse(pin, sizeof(pin));
    return rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN
            ? 0
            : tn_fail(f, TN_FAULT_USAGE, "token %s: the PIN does not open it: %s", label,
                      p11_kit_strerror(rv));
}

// ---- Objects ------------------------------------------------------------------------------------

// The first object of a class with the attributes that the URI names. ret_n: how many there are, 2
// for several.
static CK_RV find(struct tn_token_key *t, CK_OBJECT_CLASS class, const CK_ATTRIBUTE *more,
        CK_ULONG nmore, CK_OBJECT_HANDLE *ret, CK_ULONG *ret_n) {
    CK_ATTRIBUTE attrs[8] = {{CKA_CLASS, &class, sizeof(class)}};
    CK_OBJECT_HANDLE found[2];
    CK_ULONG n = 1;

    for (CK_ULONG i = 0; i < nmore && n < TN_LEN(attrs); i++) {
        if (more[i].type != CKA_CLASS) {
            attrs[n++] = more[i];
        }
    }
    CK_RV rv = t->module->C_FindObjectsInit(t->session, attrs, n);
    if (rv == CKR_OK) {
        rv = t->module->C_FindObjects(t->session, found, 2, ret_n);
        t->module->C_FindObjectsFinal(t->session);
    }
    *ret = rv == CKR_OK && *ret_n ? found[0] : 0;
    return rv;
}

// Length of an attribute's value, 0 if there is none.
static size_t attribute(struct tn_token_key *t, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type,
        void *ret, size_t size) {
    CK_ATTRIBUTE a = {type, ret, size};
    CK_RV rv = t->module->C_GetAttributeValue(t->session, object, &a, 1);

    return rv == CKR_OK && a.ulValueLen <= size ? a.ulValueLen : 0;
}

// ---- The public half ----------------------------------------------------------------------------

static EVP_PKEY *make_rsa(const uint8_t *n, size_t n_len, const uint8_t *e, size_t e_len) {
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    BIGNUM *bn = BN_bin2bn(n, (int)n_len, NULL), *be = BN_bin2bn(e, (int)e_len, NULL);
    OSSL_PARAM *params = NULL;
    EVP_PKEY *pkey = NULL;

    if (ctx && build && bn && be && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, bn) &&
            OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, be) &&
            (params = OSSL_PARAM_BLD_to_param(build)) && EVP_PKEY_fromdata_init(ctx) > 0 &&
            EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) <= 0) {
        pkey = NULL;
    }
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    BN_free(bn);
    BN_free(be);
    EVP_PKEY_CTX_free(ctx);
    return pkey;
}

// libcrypto refuses a point that is not on the curve.
static EVP_PKEY *make_ec(const char *group, uint8_t *point, size_t len) {
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY *pkey = NULL;
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(
                                   OSSL_PKEY_PARAM_GROUP_NAME, (char *)(uintptr_t)group, 0),
            OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, len),
            OSSL_PARAM_construct_end()};

    if (ctx && EVP_PKEY_fromdata_init(ctx) > 0 &&
            EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) <= 0) {
        pkey = NULL;
    }
    EVP_PKEY_CTX_free(ctx);
    return pkey;
}

// Of CKA_EC_POINT: a DER OCTET STRING with the point; some tokens leave the head out.
static EVP_PKEY *make_of_point(bool edwards, uint8_t *p, size_t len) {
    if (len > 2 && p[0] == 0x04 && p[1] == len - 2) {
        p += 2;
        len -= 2;
    }
    if (edwards) {
        return len == 32 ? EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, p, len) : NULL;
    }
    return len == 65 ? make_ec("P-256", p, len) : len == 97 ? make_ec("P-384", p, len) : NULL;
}

static EVP_PKEY *public_half(struct tn_token_key *t) {
    uint8_t id[VALUE_MAX], a[VALUE_MAX], b[VALUE_MAX];
    CK_KEY_TYPE type = 0;
    CK_OBJECT_HANDLE object = t->key;
    CK_ULONG n;

    if (!attribute(t, t->key, CKA_KEY_TYPE, &type, sizeof(type))) {
        return NULL;
    }
    if (type == CKK_RSA) {  // the private object has these, too
        size_t n_len = attribute(t, object, CKA_MODULUS, a, sizeof(a));
        size_t e_len = attribute(t, object, CKA_PUBLIC_EXPONENT, b, sizeof(b));
        return n_len && e_len ? make_rsa(a, n_len, b, e_len) : NULL;
    }
    if (type != CKK_EC && type != CKK_EC_EDWARDS) {
        return NULL;
    }
    const CK_ATTRIBUTE by_id = {CKA_ID, id, attribute(t, t->key, CKA_ID, id, sizeof(id))};
    size_t len = attribute(t, t->key, CKA_EC_POINT, a, sizeof(a));
    if (!len && by_id.ulValueLen && find(t, CKO_PUBLIC_KEY, &by_id, 1, &object, &n) == CKR_OK &&
            object) {
        len = attribute(t, object, CKA_EC_POINT, a, sizeof(a));
    }
    return len ? make_of_point(type == CKK_EC_EDWARDS, a, len) : NULL;
}

// ---- Opening ------------------------------------------------------------------------------------

// The private key of an open session.
static int find_key(struct tn_token_key *t, const char *name, P11KitUri *uri, struct tn_fault *f) {
    CK_ULONG nattrs, n = 0;
    CK_ATTRIBUTE *attrs = p11_kit_uri_get_attributes(uri, &nattrs);
    CK_RV rv = find(t, CKO_PRIVATE_KEY, attrs, nattrs, &t->key, &n);

    if (rv != CKR_OK) {
        return token_error(f, "list its keys", rv);
    }
    if (n != 1) {
        return tn_fail(f, n ? TN_FAULT_USAGE : TN_FAULT_READ,
                n ? "%s: several private keys of the token fit; add object=LABEL or id=... to the "
                    "URI"
                  : "%s: the token has no such private key; p11tool --list-privkeys lists them",
                name);
    }
    return 0;
}

// Looks for the token in one module. 1: it is not there.
static int open_in(struct tn_token_key *t, CK_FUNCTION_LIST *module, const char *name,
        P11KitUri *uri, const struct tn_passphrase *p, struct tn_fault *f) {
    CK_SLOT_ID slots[64];
    CK_ULONG n = TN_LEN(slots);
    CK_TOKEN_INFO info;

    if (module->C_GetSlotList(CK_TRUE, slots, &n) != CKR_OK) {
        return 1;
    }
    for (CK_ULONG i = 0; i < n; i++) {
        if (module->C_GetTokenInfo(slots[i], &info) != CKR_OK ||
                !(info.flags & CKF_TOKEN_INITIALIZED) ||
                !p11_kit_uri_match_token_info(uri, &info)) {
            continue;
        }
        t->module = module;
        CK_RV rv = module->C_OpenSession(slots[i], CKF_SERIAL_SESSION, NULL, NULL, &t->session);
        if (rv != CKR_OK) {
            return token_error(f, "be opened", rv);
        }
        return login(t, uri, &info, p, f) || find_key(t, name, uri, f) ? -1 : 0;
    }
    return 1;
}

static int open_any(struct tn_token_key *t, const char *name, P11KitUri *uri,
        const struct tn_passphrase *p, struct tn_fault *f) {
    const char *path = p11_kit_uri_get_module_path(uri);
    int rc = 1;

    if (path) {
        CK_FUNCTION_LIST *own = p11_kit_module_load(path, 0);
        if (!own || p11_kit_module_initialize(own) != CKR_OK) {
            return tn_fail(f, TN_FAULT_READ, "%s: no PKCS #11 module; check module-path", path);
        }
        t->module = own;
        t->is_own = true;
        rc = open_in(t, own, name, uri, p, f);
    } else {
        t->modules = p11_kit_modules_load_and_initialize(0);
        for (size_t i = 0; rc > 0 && t->modules && t->modules[i]; i++) {
            rc = open_in(t, t->modules[i], name, uri, p, f);
        }
    }
    return rc <= 0 ? rc
                   : tn_fail(f, TN_FAULT_READ,
                             "%s: no such token; p11-kit list-modules lists what is there, and "
                             "module-path=... in the URI names another module",
                             name);
}

int tn_token_open(const char *uri, const struct tn_passphrase *p, struct tn_key_pair *ret,
        struct tn_fault *f) {
    struct tn_key_pair k = {.has_private = true};
    P11KitUri *parsed = p11_kit_uri_new();

    k.token = calloc(1, sizeof(*k.token));
    if (!k.token || !parsed) {
        p11_kit_uri_free(parsed);
        free(k.token);
        return tn_fail_memory(f);
    }
    int err = p11_kit_uri_parse(uri, P11_KIT_URI_FOR_ANY, parsed)
            ? tn_fail(f, TN_FAULT_USAGE, "%s: not a URI of RFC 7512: pkcs11:token=T;object=O", uri)
            : open_any(k.token, uri, parsed, p, f);
    p11_kit_uri_free(parsed);
    if (!err) {
        k.pkey = public_half(k.token);
        if (!k.pkey || !tn_key_fill(&k)) {
            err = tn_fail(f, TN_FAULT_UNSUPPORTED,
                    "%s: a key of a kind that is not supported, or without a public half (CKA_ID "
                    "the same): ECDSA P-256 and P-384, Ed25519, RSA of 2048 and 3072 bits are",
                    uri);
        }
    }
    if (err) {
        tn_key_free(&k);
        return -1;
    }
    *ret = k;
    return 0;
}

void tn_token_close(struct tn_token_key *t) {
    if (!t) {
        return;
    }
    if (t->session) {
        t->module->C_CloseSession(t->session);
    }
    if (t->is_own) {
        p11_kit_module_finalize(t->module);
        p11_kit_module_release(t->module);
    }
    if (t->modules) {
        p11_kit_modules_finalize_and_release(t->modules);
    }
    free(t);
}

// ---- Signing ------------------------------------------------------------------------------------

int tn_token_sign(const struct tn_key_pair *k, const uint8_t *message, size_t len, uint8_t *ret_sig,
        size_t *ret_len, struct tn_fault *f) {
    CK_RSA_PKCS_PSS_PARAMS pss = {CKM_SHA256, CKG_MGF1_SHA256, 32};
    CK_MECHANISM how = {CKM_ECDSA, NULL, 0};
    uint8_t raw[TN_KEY_SIG_MAX];
    CK_ULONG n = sizeof(raw);
    struct tn_token_key *t = k->token;

    if (k->kind == TN_KEY_ED25519) {
        how.mechanism = CKM_EDDSA;
    } else if (tn_key_sig_tlv(k->kind) != TN_TLV_ECDSA_SIG) {
        how = (CK_MECHANISM){CKM_RSA_PKCS_PSS, &pss, sizeof(pss)};
    }
    CK_RV rv = t->module->C_SignInit(t->session, &how, t->key);
    if (rv == CKR_OK) {
        rv = t->module->C_Sign(t->session, (CK_BYTE *)(uintptr_t)message, len, raw, &n);
    }
    if (rv != CKR_OK) {
        return token_error(f, "sign", rv);
    }
    if (tn_key_sig_tlv(k->kind) == TN_TLV_ECDSA_SIG) {
        n = n == k->len ? tn_key_sig_to_der(raw, n, ret_sig) : 0;
    } else {
        memcpy(ret_sig, raw, n);
    }
    *ret_len = n;
    return tn_key_verify_message(k, message, len, ret_sig, n)
            ? 0
            : tn_fail(f, TN_FAULT_SIGNATURE,
                      "the token's signature does not fit its public key: their CKA_ID may be "
                      "those "
                      "of two pairs");
}

// SPDX-License-Identifier: Apache-2.0
// Project Wycheproof's vectors for the rows that get an image's key (tools/wycheproof copied them).
// Rows are stricter than their algorithms: they take keys of 16 and 32 bytes only.
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>

#include "base/compiler.h"
#include "base/err.h"
#include "crypto/cipher.h"
#include "crypto/unwrap.h"
#include "test.h"

enum {
    LINE_MAX_LEN = 4000,
    FIELD_MAX = 1600,
    FIELDS = 3,  // behind a line's first word
    GUARD = 8,   // bytes behind a key that nobody writes
};

struct field {
    uint8_t bytes[FIELD_MAX];
    size_t len;
};

// A case of a file, and how many were taken and refused.
struct judge {
    FILE *f;
    char word[20];
    struct field field[FIELDS];
    unsigned taken, refused;
};

static void begin(struct judge *j, const char *name) {
    char path[300];

    memset(j, 0, sizeof(*j));
    snprintf(path, sizeof(path), "%s/%s.txt", TN_WYCHEPROOF, name);
    j->f = fopen(path, "r");
    CHECK(j->f != NULL);
}

// Reads the next line that is no comment. False at the end, where it closes the file.
static bool next(struct judge *j) {
    static char line[LINE_MAX_LEN];

    do {
        if (!fgets(line, sizeof(line), j->f)) {
            fclose(j->f);
            return false;
        }
    } while (*line == '#');
    char *at = strtok(line, " \n");
    snprintf(j->word, sizeof(j->word), "%s", at);
    for (size_t i = 0; i < FIELDS; i++) {
        struct field *field = &j->field[i];
        at = strtok(NULL, " \n");
        field->len = at && strcmp(at, "-") ? tn_test_hex(field->bytes, FIELD_MAX, at) : 0;
    }
    return true;
}

static bool is_key_len(size_t len) {
    return len == TN_AES128_KEY || len == TN_AES256_KEY;
}

// want: what the row has to get, NULL if it has to refuse.
static void judge(struct judge *j, const struct tn_unwrap *u, const struct field *wrapped,
        const struct field *want) {
    uint8_t got[TN_CIPHER_KEY_MAX + GUARD];
    static const uint8_t guard[GUARD];

    memset(got, 0, sizeof(got));
    int rc = u->unwrap(u, wrapped->bytes, wrapped->len, got);
    CHECK_EQ(rc, want ? (int)want->len : TN_EUNWRAP);
    CHECK_MEM(got + TN_CIPHER_KEY_MAX, guard, GUARD);
    if (want) {
        CHECK_MEM(got, want->bytes, want->len);
    }
    j->taken += want != NULL;
    j->refused += want == NULL;
}

// ---- RSA-OAEP ----------------------------------------------------------------------------

// Gets p, q, dp, dq and the inverse of q out of PKCS #8.
static void read_rsa(const struct field *der, uint8_t *ret) {
    static const char *const names[] = {OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2,
            OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2,
            OSSL_PKEY_PARAM_RSA_COEFFICIENT1};
    const uint8_t *at = der->bytes;
    EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &at, (long)der->len);

    CHECK(key != NULL);
    for (size_t i = 0; i < TN_LEN(names); i++) {
        BIGNUM *number = NULL;
        CHECK(EVP_PKEY_get_bn_param(key, names[i], &number));
        CHECK(BN_bn2binpad(number, ret + 128 * i, 128) == 128);
        BN_free(number);
    }
    EVP_PKEY_free(key);
}

static void judge_rsa(struct judge *j,
        int (*unwrap)(const struct tn_unwrap *u, const uint8_t *data, size_t len, uint8_t *ret)) {
    static uint8_t parts[5 * 128];
    const struct tn_rsa_key key = {parts};
    const struct tn_unwrap u = {0x30, unwrap, &key};

    begin(j, "rsa2048_oaep");
    while (next(j)) {
        if (!strcmp(j->word, "key")) {
            read_rsa(&j->field[0], parts);
            continue;
        }
        const struct field *message = &j->field[1];
        bool fits = !strcmp(j->word, "valid") && is_key_len(message->len) && !j->field[2].len;
        judge(j, &u, &j->field[0], fits ? message : NULL);
    }
}

TEST(rsa_rows_unwrap_as_wycheproof_says) {
    struct judge a, b;

    judge_rsa(&a, tn_unwrap_rsa_i15);
    judge_rsa(&b, tn_unwrap_rsa_i31);
    CHECK_EQ(a.taken + a.refused, 37);
    CHECK_EQ(b.taken, a.taken);
    CHECK_EQ(a.taken, 1);
}

// ---- AES key wrap ------------------------------------------------------------------------

TEST(the_key_wrap_row_unwraps_as_wycheproof_says) {
    struct judge j;

    begin(&j, "aes_wrap");
    while (next(&j)) {
        const struct tn_kw_key key = {j.field[0].bytes, (uint8_t)j.field[0].len};
        const struct tn_unwrap u = {0x31, tn_unwrap_kw, &key};
        if (is_key_len(key.len)) {
            bool fits = !strcmp(j.word, "valid") && j.field[1].len == key.len;
            judge(&j, &u, &j.field[2], fits ? &j.field[1] : NULL);
        }
    }
    CHECK_EQ(j.taken, 8);
    CHECK_EQ(j.refused, 102);
}

// ---- X25519 ------------------------------------------------------------------------------

// Wycheproof leaves it open what becomes of points of small order, whose secret is 0: the row
// refuses them. It takes what it calls acceptable besides: points of the twist, and numbers above
// the field's prime (RFC 7748 section 5).
TEST(the_x25519_row_computes_as_wycheproof_says) {
    struct judge j;

    begin(&j, "x25519");
    while (next(&j)) {
        static const uint8_t zeros[32];
        const struct field *secret = &j.field[2];
        uint8_t got[32];
        CHECK_EQ(j.field[0].len, 32);
        bool is_zero = !memcmp(secret->bytes, zeros, sizeof(zeros));
        CHECK(!is_zero || !strcmp(j.word, "acceptable"));
        int rc = tn_ecdh_x25519.shared(j.field[1].bytes, j.field[0].bytes, got);
        CHECK_EQ(rc, is_zero ? TN_EUNWRAP : 0);
        if (!rc) {
            CHECK_MEM(got, secret->bytes, sizeof(got));
        }
        j.taken += !rc;
        j.refused += rc != 0;
    }
    CHECK_EQ(j.taken, 487);
    CHECK_EQ(j.refused, 31);
}

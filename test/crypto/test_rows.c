// SPDX-License-Identifier: Apache-2.0
// Rows over P-256 libraries, with OpenSSL's libcrypto as judge: one table of what must be refused,
// and random cases.
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "crypto/der.h"
#include "crypto/rows.h"
#include "crypto/sig.h"
#include "test.h"

enum {
    DER_MAX = 80,
    KEY_BITS = 512,
};

struct signature {
    uint8_t point[64];
    uint8_t hash[32];
    uint8_t der[DER_MAX];
    size_t len;
};

static EVP_PKEY *make_key(uint8_t *ret_point) {
    uint8_t pub[65];
    size_t len;
    EVP_PKEY *key = EVP_EC_gen("P-256");

    CHECK(key != NULL);
    CHECK(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, pub, sizeof(pub), &len));
    CHECK_EQ(len, sizeof(pub));
    memcpy(ret_point, pub + 1, 64);
    return key;
}

static void sign(EVP_PKEY *key, struct signature *s) {
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);

    s->len = sizeof(s->der);
    CHECK(EVP_PKEY_sign_init(ctx) > 0);
    CHECK(EVP_PKEY_sign(ctx, s->der, &s->len, s->hash, sizeof(s->hash)) > 0);
    EVP_PKEY_CTX_free(ctx);
}

static bool passes(size_t row, const struct signature *s) {
    return judged_rows[row].verify((unsigned)row, s->point, s->hash, s->der, s->len) == TN_GENUINE;
}

// Ends the test if the row does not say so.
static void expect(bool want, size_t row, const struct signature *s, const char *what) {
    if (passes(row, s) != want) {
        print_error("%s: %s\n", judged_rows[row].name, what);
        CHECK(false);
    }
}

static EVP_PKEY *sign_something(struct signature *s) {
    EVP_PKEY *key = make_key(s->point);

    memset(s->hash, 0x5a, sizeof(s->hash));
    sign(key, s);
    return key;
}

// How many random cases of a row there are this time.
static unsigned cases_of(const struct judged_row *r) {
    return r->all_cases && getenv("TN_TEST_ALL") ? r->all_cases : r->random_cases;
}

// Good ones pass; with one bit flipped in hash, signature or key, none does. A new key every
// hundred.
static void random_cases(size_t row, uint32_t *seed) {
    unsigned ncases = cases_of(&judged_rows[row]);
    struct signature s;
    EVP_PKEY *key = NULL;

    for (unsigned n = 0; n < ncases; n++) {
        if (n % 100 == 0) {
            EVP_PKEY_free(key);
            key = make_key(s.point);
        }
        for (size_t i = 0; i < sizeof(s.hash); i++) {
            s.hash[i] = (uint8_t)tn_test_random(seed);
        }
        sign(key, &s);
        struct signature bad = s;
        uint32_t bit = tn_test_random(seed);
        if (n % 2) {
            uint8_t *part[] = {bad.point, bad.hash, bad.der};
            size_t len[] = {sizeof(bad.point), sizeof(bad.hash), bad.len};
            uint32_t which = bit % 3;
            part[which][bit / 3 / 8 % len[which]] ^= (uint8_t)(1 << bit / 3 % 8);
        }
        expect(n % 2 == 0, row, &bad, "a random case is judged wrongly");
    }
    EVP_PKEY_free(key);
}

TEST(random_signatures_are_judged_as_libcrypto_does) {
    uint32_t seed = 2026;

    for (size_t row = 0; row < njudged_rows; row++) {
        random_cases(row, &seed);
    }
}

// ---- What must be refused, by every row ------------------------------------------------------

static const char prime[] = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
static const char order[] = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
static const char order_plus_1[] =
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632552";
static const char all_ones[] = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";
static const char zero[] = "0000000000000000000000000000000000000000000000000000000000000000";

static size_t put_number(uint8_t *p, const uint8_t *num) {
    size_t skip = 0;

    while (skip < 31 && !num[skip]) {
        skip++;
    }
    size_t pad = num[skip] >> 7;
    p[0] = 0x02;
    p[1] = (uint8_t)(32 - skip + pad);
    p[2] = 0;
    memcpy(p + 2 + pad, num + skip, 32 - skip);
    return 2u + p[1];
}

static void put_sig(struct signature *s, const uint8_t *r, const uint8_t *ss) {
    size_t n = put_number(s->der + 2, r);

    n += put_number(s->der + 2 + n, ss);
    s->der[0] = 0x30;
    s->der[1] = (uint8_t)n;
    s->len = n + 2;
}

TEST(r_or_s_of_zero_or_not_below_the_order_are_refused) {
    static const char *const numbers[] = {zero, order, order_plus_1, all_ones};
    struct signature s;
    uint8_t rs[64];
    EVP_PKEY *key = sign_something(&s);

    CHECK_EQ(tn_der_get_sig(rs, 32, s.der, s.len), 0);
    put_sig(&s, rs, rs + 32);  // our own encoding is a good one
    for (size_t row = 0; row < njudged_rows; row++) {
        expect(true, row, &s, "a good signature");
        for (size_t i = 0; i < 4; i++) {
            uint8_t num[32];
            struct signature bad = s;
            tn_test_hex(num, sizeof(num), numbers[i]);
            put_sig(&bad, num, rs + 32);
            expect(false, row, &bad, numbers[i]);
            put_sig(&bad, rs, num);
            expect(false, row, &bad, numbers[i]);
            put_sig(&bad, num, num);
            expect(false, row, &bad, numbers[i]);
        }
    }
    EVP_PKEY_free(key);
}

TEST(every_bit_of_a_signature_counts) {
    struct signature s;
    EVP_PKEY *key = sign_something(&s);

    for (size_t row = 0; row < njudged_rows; row++) {
        for (size_t bit = 0; bit < s.len * 8; bit += judged_rows[row].every) {
            struct signature bad = s;
            bad.der[bit / 8] ^= (uint8_t)(1 << bit % 8);
            expect(false, row, &bad, "a bit of the signature");
        }
        for (size_t len = 0; len < s.len; len++) {
            struct signature bad = s;
            bad.len = len;
            expect(false, row, &bad, "a signature that is too short");
        }
    }
    EVP_PKEY_free(key);
}

TEST(a_key_off_the_curve_is_refused) {
    struct signature s;
    EVP_PKEY *key = sign_something(&s);

    for (size_t row = 0; row < njudged_rows; row++) {
        for (unsigned bit = 0; bit < KEY_BITS; bit += judged_rows[row].every) {
            struct signature bad = s;
            bad.point[bit / 8] ^= (uint8_t)(1 << bit % 8);
            expect(false, row, &bad, "a bit of the key");
        }
        // The point at infinity, as some write it; coordinates above the prime.
        struct signature bad = s;
        memset(bad.point, 0, 64);
        expect(false, row, &bad, "a key of zeros");
        memset(bad.point, 0xff, 64);
        expect(false, row, &bad, "a key above the prime");
    }
    EVP_PKEY_free(key);
}

static BIGNUM *number(const char *digits) {
    BIGNUM *n = NULL;

    CHECK(BN_hex2bn(&n, digits) > 0);
    return n;
}

// Makes a signature that fits a key off the curve. Of a hash of 0 the check computes u2 times the
// key alone, by formulas in which the curve's constant b does not occur: they work on whatever
// curve the point lies on. With u2 = 2: the doubled point's x is ((3 x^2 - 3) / 2y)^2 - 2x,
// which is r, and s = r / 2.
static void forge(struct signature *s) {
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *p = number(prime);
    BIGNUM *n = number(order);
    BIGNUM *x = BN_bin2bn(s->point, 32, NULL);
    BIGNUM *y = BN_bin2bn(s->point + 32, 32, NULL);
    BIGNUM *t = BN_new();
    BIGNUM *r = BN_new();
    uint8_t rs[64];

    CHECK(BN_mod_sqr(t, x, p, ctx) && BN_mul_word(t, 3) && BN_sub_word(t, 3));
    CHECK(BN_lshift1(r, y) && BN_mod_inverse(r, r, p, ctx));
    CHECK(BN_mod_mul(t, t, r, p, ctx) && BN_mod_sqr(t, t, p, ctx));
    CHECK(BN_mod_sub(t, t, x, p, ctx) && BN_mod_sub(t, t, x, p, ctx));
    CHECK(BN_nnmod(r, t, n, ctx));
    CHECK(BN_set_word(t, 2) && BN_mod_inverse(t, t, n, ctx) && BN_mod_mul(t, t, r, n, ctx));
    CHECK_EQ(BN_bn2binpad(r, rs, 32), 32);
    CHECK_EQ(BN_bn2binpad(t, rs + 32, 32), 32);
    memset(s->hash, 0, sizeof(s->hash));
    put_sig(s, rs, rs + 32);
    BIGNUM *all[] = {p, n, x, y, t, r};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        BN_free(all[i]);
    }
    BN_CTX_free(ctx);
}

// The row that does not look at the key takes it: the forgery is a good one.
TEST(a_signature_that_fits_a_key_off_the_curve_is_refused) {
    struct signature s;
    uint32_t seed = 7;

    for (int n = 0; n < 5; n++) {
        for (size_t i = 0; i < sizeof(s.point); i++) {
            s.point[i] = (uint8_t)tn_test_random(&seed);
        }
        s.point[0] = s.point[32] = 0x7f;  // below the prime
        forge(&s);
        for (size_t row = 0; row < njudged_rows; row++) {
            expect(!judged_rows[row].checks_key, row, &s, "a forgery for a key off the curve");
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// The rows over crypto libraries, with OpenSSL's libcrypto as judge.
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "base/err.h"
#include "crypto/der.h"
#include "crypto/hash.h"
#include "crypto/sig.h"
#include "test.h"

// Rows under test: a board may choose any of them.
// The first ones check the key as well; the last believes it.
static const struct tn_sig_alg *const sig_rows[] = {&tn_p256_microecc, &tn_p256_microecc_built_in};

enum {
    CHECKING_ROWS = 1,
};
static const struct tn_hash_alg *const hash_rows[] = {&tn_sha256_bearssl};

enum {
    RANDOM_CASES = 10000,
    DER_MAX = 80,
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

static uint32_t verify(const struct tn_sig_alg *row, const struct signature *s) {
    return row->verify(s->point, s->hash, sizeof(s->hash), s->der, s->len);
}

TEST(hashes_agree_with_libcrypto_for_every_length_and_piece) {
    uint8_t msg[300];
    uint8_t want[32];
    uint8_t got[TN_HASH_MAX];

    for (size_t i = 0; i < sizeof(msg); i++) {
        msg[i] = (uint8_t)(i * 5);
    }
    for (size_t r = 0; r < sizeof(hash_rows) / sizeof(hash_rows[0]); r++) {
        for (size_t len = 0; len <= sizeof(msg); len++) {
            struct tn_hash h;
            size_t piece = 1 + len % 70;
            tn_hash_begin(&h, hash_rows[r]);
            for (size_t i = 0; i < len; i += piece) {
                tn_hash_add(&h, msg + i, len - i < piece ? len - i : piece);
            }
            tn_hash_end(&h, got);
            SHA256(msg, len, want);
            CHECK_MEM(got, want, sizeof(want));
        }
        CHECK_EQ(hash_rows[r]->len, 32);
        CHECK_EQ(hash_rows[r]->tlv, 0x10);
    }
}

TEST(a_copied_hash_goes_on_by_itself) {
    struct tn_hash a;
    uint8_t one[32];
    uint8_t two[32];
    uint8_t want[32];

    tn_hash_begin(&a, &tn_sha256_bearssl);
    tn_hash_add(&a, "abc", 3);
    struct tn_hash b = a;
    tn_hash_end(&b, one);
    tn_hash_add(&a, "def", 3);
    tn_hash_end(&a, two);
    CHECK_MEM(one, SHA256((const uint8_t *)"abc", 3, want), 32);
    CHECK_MEM(two, SHA256((const uint8_t *)"abcdef", 6, want), 32);
}

// Good ones pass; with one bit flipped in hash, signature or key, none does. Half of the cases
// each, a new key every hundred.
TEST(random_signatures_are_judged_as_libcrypto_does) {
    uint32_t seed = 2026;
    struct signature s;
    EVP_PKEY *key = NULL;

    for (int n = 0; n < RANDOM_CASES; n++) {
        if (n % 100 == 0) {
            EVP_PKEY_free(key);
            key = make_key(s.point);
        }
        for (size_t i = 0; i < sizeof(s.hash); i++) {
            s.hash[i] = (uint8_t)tn_test_random(&seed);
        }
        sign(key, &s);
        struct signature bad = s;
        uint32_t bit = tn_test_random(&seed);
        if (n % 2) {
            uint8_t *part[] = {bad.point, bad.hash, bad.der};
            size_t len[] = {sizeof(bad.point), sizeof(bad.hash), bad.len};
            uint32_t which = bit % 3;
            part[which][bit / 3 / 8 % len[which]] ^= (uint8_t)(1 << bit / 3 % 8);
        }
        for (size_t r = 0; r < sizeof(sig_rows) / sizeof(sig_rows[0]); r++) {
            uint32_t got = verify(sig_rows[r], &bad);
            if ((got == TN_GENUINE) != (n % 2 == 0)) {
                print_error("row %zu, case %d\n", r, n);
            }
            CHECK_EQ(got == TN_GENUINE, n % 2 == 0);
        }
    }
    EVP_PKEY_free(key);
}

// ---- What must be refused, for every row ---------------------------------------------------

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
    EVP_PKEY *key = make_key(s.point);

    memset(s.hash, 0x5a, sizeof(s.hash));
    sign(key, &s);
    CHECK_EQ(tn_der_get_sig(rs, 32, s.der, s.len), 0);
    put_sig(&s, rs, rs + 32);  // our own encoding is a good one
    for (size_t r = 0; r < sizeof(sig_rows) / sizeof(sig_rows[0]); r++) {
        CHECK_EQ(verify(sig_rows[r], &s), TN_GENUINE);
        for (size_t i = 0; i < 4; i++) {
            uint8_t num[32];
            struct signature bad = s;
            tn_test_hex(num, sizeof(num), numbers[i]);
            put_sig(&bad, num, rs + 32);
            CHECK(verify(sig_rows[r], &bad) != TN_GENUINE);
            put_sig(&bad, rs, num);
            CHECK(verify(sig_rows[r], &bad) != TN_GENUINE);
            put_sig(&bad, num, num);
            CHECK(verify(sig_rows[r], &bad) != TN_GENUINE);
        }
    }
    EVP_PKEY_free(key);
}

TEST(a_key_off_the_curve_is_refused) {
    struct signature s;
    EVP_PKEY *key = make_key(s.point);

    memset(s.hash, 0x5a, sizeof(s.hash));
    sign(key, &s);
    for (size_t r = 0; r < CHECKING_ROWS; r++) {
        for (int bit = 0; bit < 512; bit++) {
            struct signature bad = s;
            bad.point[bit / 8] ^= (uint8_t)(1 << bit % 8);
            CHECK(verify(sig_rows[r], &bad) != TN_GENUINE);
        }
        // The point at infinity, as some write it; coordinates above the prime.
        struct signature bad = s;
        memset(bad.point, 0, 64);
        CHECK(verify(sig_rows[r], &bad) != TN_GENUINE);
        memset(bad.point, 0xff, 64);
        CHECK(verify(sig_rows[r], &bad) != TN_GENUINE);
    }
    EVP_PKEY_free(key);
}

TEST(every_bit_of_a_signature_counts) {
    struct signature s;
    EVP_PKEY *key = make_key(s.point);

    memset(s.hash, 0x11, sizeof(s.hash));
    sign(key, &s);
    for (size_t r = 0; r < sizeof(sig_rows) / sizeof(sig_rows[0]); r++) {
        for (size_t bit = 0; bit < s.len * 8; bit++) {
            struct signature bad = s;
            bad.der[bit / 8] ^= (uint8_t)(1 << bit % 8);
            CHECK(verify(sig_rows[r], &bad) != TN_GENUINE);
        }
        for (size_t len = 0; len < s.len; len++) {
            struct signature bad = s;
            bad.len = len;
            CHECK(verify(sig_rows[r], &bad) != TN_GENUINE);
        }
    }
    EVP_PKEY_free(key);
}

TEST(der_takes_padding_of_zeros_and_nothing_else_behind) {
    static const uint8_t good[] = {0x30, 6, 2, 1, 5, 2, 1, 7, 0, 0};
    uint8_t raw[64];

    CHECK_EQ(tn_der_get_sig(raw, 32, good, 8), 0);
    CHECK_EQ(raw[31], 5);
    CHECK_EQ(raw[63], 7);
    CHECK_EQ(tn_der_get_sig(raw, 32, good, 10), 0);
    static const uint8_t bad[][10] = {
            {0x30, 6, 2, 1, 5, 2, 1, 7, 0, 1},     // bytes behind
            {0x30, 7, 2, 1, 5, 2, 1, 7, 0, 0},     // sequence longer than its numbers
            {0x30, 6, 2, 1, 0x85, 2, 1, 7, 0, 0},  // negative
            {0x30, 6, 2, 0, 2, 2, 5, 7, 0, 0},     // empty number
            {0x31, 6, 2, 1, 5, 2, 1, 7, 0, 0},     // not a sequence
            {0x30, 6, 3, 1, 5, 2, 1, 7, 0, 0},     // not an integer
            {0x30, 0x81, 6, 2, 1, 5, 2, 1, 7, 0},  // long form
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        CHECK_EQ(tn_der_get_sig(raw, 32, bad[i], sizeof(bad[i])), TN_EINVAL);
    }
}

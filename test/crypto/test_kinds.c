// SPDX-License-Identifier: Apache-2.0
// Rows for P-384, Ed25519 and RSA-PSS, with OpenSSL's libcrypto as judge: random cases, and what
// must be refused. test_rows.c does the same for P-256.
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdlib.h>

#include "base/compiler.h"
#include "crypto/der.h"
#include "crypto/hash.h"
#include "crypto/sig.h"
#include "test.h"

enum {
    RANDOM_CASES = 1000,  // with TN_TEST_ALL in the environment
    FEW_CASES = 200,
    KEY_MAX = 384,
    SIG_MAX = 384,
};

struct signature {
    uint8_t key[KEY_MAX];
    uint8_t hash[TN_HASH_MAX];
    uint8_t sig[SIG_MAX];
    size_t len;
};

struct kind {
    const char *name;
    EVP_PKEY *(*make)(uint8_t *ret_key);
    void (*sign)(EVP_PKEY *key, size_t hash_len, struct signature *s);
    size_t key_len, hash_len;
    const struct tn_sig_alg *rows[2];
    unsigned per_key;  // random cases that share a key
    unsigned every;    // bit that is flipped, of those that count
};

// ---- Making keys and signatures -----------------------------------------------------------------

static EVP_PKEY *make_p384(uint8_t *ret_key) {
    uint8_t pub[97];
    size_t len;
    EVP_PKEY *key = EVP_EC_gen("P-384");

    CHECK(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, pub, sizeof(pub), &len));
    memcpy(ret_key, pub + 1, 96);
    return key;
}

static EVP_PKEY *make_ed25519(uint8_t *ret_key) {
    size_t len = 32;
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

    CHECK(EVP_PKEY_get_raw_public_key(key, ret_key, &len));
    return key;
}

static EVP_PKEY *make_rsa(unsigned bits, uint8_t *ret_key) {
    EVP_PKEY *key = EVP_RSA_gen(bits);
    BIGNUM *n = NULL;

    CHECK(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n));
    CHECK(BN_bn2binpad(n, ret_key, (int)bits / 8) > 0);
    BN_free(n);
    return key;
}

static EVP_PKEY *make_rsa2048(uint8_t *ret_key) {
    return make_rsa(2048, ret_key);
}

static EVP_PKEY *make_rsa3072(uint8_t *ret_key) {
    return make_rsa(3072, ret_key);
}

static void sign_ecdsa(EVP_PKEY *key, size_t hash_len, struct signature *s) {
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);

    s->len = sizeof(s->sig);
    CHECK(EVP_PKEY_sign_init(ctx) > 0);
    CHECK(EVP_PKEY_sign(ctx, s->sig, &s->len, s->hash, hash_len) > 0);
    EVP_PKEY_CTX_free(ctx);
}

static void sign_ed25519(EVP_PKEY *key, size_t hash_len, struct signature *s) {
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    s->len = sizeof(s->sig);
    CHECK(EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) > 0);
    CHECK(EVP_DigestSign(ctx, s->sig, &s->len, s->hash, hash_len) > 0);
    EVP_MD_CTX_free(ctx);
}

// salt: its length. mgf: of MGF1.
static void sign_pss(EVP_PKEY *key, int salt, const EVP_MD *mgf, struct signature *s) {
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);

    s->len = sizeof(s->sig);
    CHECK(EVP_PKEY_sign_init(ctx) > 0);
    CHECK(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) > 0);
    CHECK(EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) > 0);
    CHECK(EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, mgf) > 0);
    CHECK(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, salt) > 0);
    CHECK(EVP_PKEY_sign(ctx, s->sig, &s->len, s->hash, 32) > 0);
    EVP_PKEY_CTX_free(ctx);
}

static void sign_rsa(EVP_PKEY *key, size_t hash_len, struct signature *s) {
    (void)hash_len;
    sign_pss(key, 32, EVP_sha256(), s);
}

static const struct kind kinds[] = {
        {"P-384", make_p384, sign_ecdsa, 96, 48, {&tn_p384_bearssl_i15, &tn_p384_bearssl_i31}, 100,
                17},
        {"Ed25519", make_ed25519, sign_ed25519, 32, 32, {&tn_ed25519_monocypher}, 10, 1},
        {"Ed25519 with SHA-512", make_ed25519, sign_ed25519, 32, 64, {&tn_ed25519_monocypher}, 10,
                1},
        {"RSA-2048", make_rsa2048, sign_rsa, 256, 32,
                {&tn_rsa2048_bearssl_i15, &tn_rsa2048_bearssl_i31}, 100, 29},
        {"RSA-3072", make_rsa3072, sign_rsa, 384, 32,
                {&tn_rsa3072_bearssl_i15, &tn_rsa3072_bearssl_i31}, 100, 61},
};

// ---- Judging ------------------------------------------------------------------------------------

static bool passes(const struct kind *k, size_t row, const struct signature *s) {
    const struct tn_key key = {
            .kind = k->rows[row]->kind, .len = (uint16_t)k->key_len, .bytes = s->key};

    return k->rows[row]->verify(&key, s->hash, k->hash_len, s->sig, s->len) == TN_GENUINE;
}

// Ends the test if a row of the kind judges otherwise.
static void expect(bool want, const struct kind *k, const struct signature *s, const char *what) {
    for (size_t row = 0; row < 2 && k->rows[row]; row++) {
        if (passes(k, row, s) != want) {
            print_error("%s, row %zu: %s\n", k->name, row, what);
            CHECK(false);
        }
    }
}

static EVP_PKEY *sign_something(const struct kind *k, struct signature *s) {
    memset(s, 0, sizeof(*s));
    EVP_PKEY *key = k->make(s->key);

    CHECK(key != NULL);
    memset(s->hash, 0x5a, k->hash_len);
    k->sign(key, k->hash_len, s);
    expect(true, k, s, "a good signature");
    return key;
}

static void random_cases(const struct kind *k, uint32_t *seed) {
    struct signature s = {0};
    EVP_PKEY *key = NULL;
    unsigned ncases = getenv("TN_TEST_ALL") ? RANDOM_CASES : FEW_CASES;

    for (unsigned n = 0; n < ncases; n++) {
        if (n % k->per_key == 0) {
            EVP_PKEY_free(key);
            key = k->make(s.key);
        }
        for (size_t i = 0; i < k->hash_len; i++) {
            s.hash[i] = (uint8_t)tn_test_random(seed);
        }
        k->sign(key, k->hash_len, &s);
        struct signature bad = s;
        uint32_t bit = tn_test_random(seed);
        if (n % 2) {
            uint8_t *part[] = {bad.key, bad.hash, bad.sig};
            size_t len[] = {k->key_len, k->hash_len, bad.len};
            uint32_t which = bit % 3;
            part[which][bit / 3 / 8 % len[which]] ^= (uint8_t)(1 << bit / 3 % 8);
        }
        expect(n % 2 == 0, k, &bad, "a random case is judged wrongly");
    }
    EVP_PKEY_free(key);
}

TEST(random_signatures_of_every_kind_are_judged_as_libcrypto_does) {
    uint32_t seed = 2026;

    for (size_t i = 0; i < TN_LEN(kinds); i++) {
        random_cases(&kinds[i], &seed);
    }
}

TEST(every_bit_and_every_length_of_a_signature_count) {
    struct signature s;

    for (size_t i = 0; i < TN_LEN(kinds); i++) {
        const struct kind *k = &kinds[i];
        EVP_PKEY *key = sign_something(k, &s);
        for (size_t bit = 0; bit < s.len * 8; bit += k->every) {
            struct signature bad = s;
            bad.sig[bit / 8] ^= (uint8_t)(1 << bit % 8);
            expect(false, k, &bad, "a bit of the signature");
        }
        for (size_t len = 0; len < s.len; len++) {
            struct signature bad = s;
            bad.len = len;
            expect(false, k, &bad, "a signature that is too short");
        }
        for (size_t bit = 0; bit < k->key_len * 8; bit += k->every) {
            struct signature bad = s;
            bad.key[bit / 8] ^= (uint8_t)(1 << bit % 8);
            expect(false, k, &bad, "a bit of the key");
        }
        struct signature bad = s;
        memset(bad.key, 0, sizeof(bad.key));
        expect(false, k, &bad, "a key of zeros");
        memset(bad.key, 0xff, sizeof(bad.key));
        expect(false, k, &bad, "a key of ones");
        bad = s;
        memset(bad.sig, 0, sizeof(bad.sig));
        expect(false, k, &bad, "a signature of zeros");
        memset(bad.sig, 0xff, sizeof(bad.sig));
        expect(false, k, &bad, "a signature of ones");
        EVP_PKEY_free(key);
    }
}

// ---- P-384 --------------------------------------------------------------------------------------

static void put_number(struct signature *s, const uint8_t *num) {
    size_t skip = 0;

    while (skip < 47 && !num[skip]) {
        skip++;
    }
    size_t pad = num[skip] >> 7;
    uint8_t *p = s->sig + s->len;
    p[0] = 0x02;
    p[1] = (uint8_t)(48 - skip + pad);
    p[2] = 0;
    memcpy(p + 2 + pad, num + skip, 48 - skip);
    s->len += 2u + p[1];
}

static void put_sig(struct signature *s, const uint8_t *r, const uint8_t *ss) {
    s->len = 2;
    put_number(s, r);
    put_number(s, ss);
    s->sig[0] = 0x30;
    s->sig[1] = (uint8_t)(s->len - 2);
}

TEST(p384_refuses_r_or_s_of_zero_or_not_below_the_order) {
    static const char *const numbers[] = {"00",
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec19"
            "6a"
            "ccc52973",
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec19"
            "6a"
            "ccc52974",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
            "ff"
            "ffffffff"};
    const struct kind *k = &kinds[0];
    struct signature s;
    uint8_t rs[96];
    EVP_PKEY *key = sign_something(k, &s);

    CHECK_EQ(tn_der_get_sig(rs, 48, s.sig, s.len), 0);
    put_sig(&s, rs, rs + 48);
    expect(true, k, &s, "our own encoding");
    for (size_t i = 0; i < TN_LEN(numbers); i++) {
        uint8_t num[48] = {0};
        struct signature bad = s;
        size_t len = strlen(numbers[i]) / 2;
        tn_test_hex(num + 48 - len, len, numbers[i]);
        put_sig(&bad, num, rs + 48);
        expect(false, k, &bad, "r");
        put_sig(&bad, rs, num);
        expect(false, k, &bad, "s");
        put_sig(&bad, num, num);
        expect(false, k, &bad, "r and s");
    }
    EVP_PKEY_free(key);
}

// ---- Ed25519 ------------------------------------------------------------------------------------

// The group's order, the lowest byte first (RFC 8032 section 5.1).
static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
        0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};

TEST(ed25519_refuses_s_that_is_not_below_the_order) {
    const struct kind *k = &kinds[1];
    struct signature s;
    EVP_PKEY *key = sign_something(k, &s);
    unsigned carry = 0;

    for (int i = 0; i < 32; i++) {  // S + L, which solves the same equation
        carry += s.sig[32 + i] + order[i];
        s.sig[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    CHECK_EQ(carry, 0);
    expect(false, k, &s, "S + L");
    memcpy(s.sig + 32, order, 32);
    expect(false, k, &s, "S = L");
    EVP_PKEY_free(key);
}

// All encodings of the points whose order divides 8, by y: canonical ones, and the others.
static const char *const small_order[] = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
};

// With a key of small order, R = [S]B + (a point of small order) solves the equation for any image.
// Monocypher alone accepts all of these.
TEST(ed25519_refuses_keys_and_r_of_small_order) {
    const struct kind *k = &kinds[1];
    struct signature good;
    EVP_PKEY *key = sign_something(k, &good);

    for (size_t i = 0; i < TN_LEN(small_order); i++) {
        struct signature s = {.len = 64};
        tn_test_hex(s.key, 32, small_order[i]);
        for (size_t r = 0; r < TN_LEN(small_order); r++) {
            tn_test_hex(s.sig, 32, small_order[r]);
            expect(false, k, &s, "S = 0, with key and R of small order");
        }
        s = good;
        tn_test_hex(s.sig, 32, small_order[i]);
        expect(false, k, &s, "R of small order");
        s = good;
        tn_test_hex(s.key, 32, small_order[i]);
        expect(false, k, &s, "a key of small order");
    }
    EVP_PKEY_free(key);
}

// ---- RSA-PSS ------------------------------------------------------------------------------------

// Signs an encoded message of the test's own: the private operation without a padding.
static void sign_raw(EVP_PKEY *key, const uint8_t *em, struct signature *s) {
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);

    s->len = sizeof(s->sig);
    CHECK(EVP_PKEY_sign_init(ctx) > 0);
    CHECK(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) > 0);
    CHECK(EVP_PKEY_sign(ctx, s->sig, &s->len, em, 256) > 0);
    EVP_PKEY_CTX_free(ctx);
}

static void recover(EVP_PKEY *key, const struct signature *s, uint8_t *ret_em) {
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    size_t len = 256;

    CHECK(EVP_PKEY_verify_recover_init(ctx) > 0);
    CHECK(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) > 0);
    CHECK(EVP_PKEY_verify_recover(ctx, ret_em, &len, s->sig, s->len) > 0);
    EVP_PKEY_CTX_free(ctx);
}

// Only the owner of the key can make these: each byte of the encoded message is judged, also where
// the masked zeros are. (The top bit of the modulus cannot be reached: 2047 bits are left.)
TEST(rsa_judges_every_byte_of_the_encoded_message) {
    const struct kind *k = &kinds[3];
    struct signature s;
    uint8_t em[256];
    EVP_PKEY *key = sign_something(k, &s);

    recover(key, &s, em);
    for (size_t i = 0; i < sizeof(em); i++) {
        struct signature bad = s;
        em[i] ^= 0x01;
        sign_raw(key, em, &bad);
        em[i] ^= 0x01;
        expect(false, k, &bad, "a byte of the encoded message");
    }
    EVP_PKEY_free(key);
}

// The number's top bit is not part of the 2047 bits that RFC 8017 section 9.1.2 encodes. A modulus
// that is larger than the signature with that bit set makes it reachable.
TEST(rsa_refuses_a_set_top_bit_of_the_encoded_message) {
    const struct kind *k = &kinds[3];
    struct signature s;
    uint8_t em[256];
    EVP_PKEY *key;

    for (;;) {
        key = sign_something(k, &s);
        recover(key, &s, em);
        em[0] |= 0x80;
        if (memcmp(em, s.key, sizeof(em)) < 0) {
            break;
        }
        EVP_PKEY_free(key);
    }
    sign_raw(key, em, &s);
    expect(false, k, &s, "the top bit");
    EVP_PKEY_free(key);
}

TEST(rsa_refuses_other_salts_other_paddings_and_numbers_above_the_modulus) {
    static const int salts[] = {0, 20, 31, 33, RSA_PSS_SALTLEN_MAX};
    const struct kind *k = &kinds[3];
    struct signature s;
    EVP_PKEY *key = sign_something(k, &s);
    struct signature bad = s;

    for (size_t i = 0; i < TN_LEN(salts); i++) {
        sign_pss(key, salts[i], EVP_sha256(), &bad);
        expect(false, k, &bad, "a salt of another length");
    }
    sign_pss(key, 32, EVP_sha1(), &bad);
    expect(false, k, &bad, "MGF1 with SHA-1");
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    bad.len = sizeof(bad.sig);
    CHECK(EVP_PKEY_sign_init(ctx) > 0 && EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) > 0);
    CHECK(EVP_PKEY_sign(ctx, bad.sig, &bad.len, bad.hash, 32) > 0);
    expect(false, k, &bad, "PKCS #1 v1.5");
    EVP_PKEY_CTX_free(ctx);

    BIGNUM *n = BN_bin2bn(s.key, 256, NULL);
    BIGNUM *m = BN_bin2bn(s.sig, 256, NULL);
    CHECK(BN_add(m, m, n));
    if (BN_num_bytes(m) == 256) {  // else it cannot be written in as many bytes
        CHECK_EQ(BN_bn2binpad(m, bad.sig, 256), 256);
        expect(false, k, &bad, "the signature plus the modulus");
    }
    CHECK_EQ(BN_bn2binpad(n, bad.sig, 256), 256);
    expect(false, k, &bad, "the modulus itself");
    BN_free(n);
    BN_free(m);
    bad = s;
    bad.key[255] ^= 1;  // BearSSL refuses an even modulus
    expect(false, k, &bad, "an even modulus");
    EVP_PKEY_free(key);
}

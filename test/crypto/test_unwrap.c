// SPDX-License-Identifier: Apache-2.0
// The cipher and the rows that unwrap keys: one worked example of each kind (made by imgtool, each
// step of it checked by other means), every bit of it flipped, and random keys that libcrypto
// wrapped.
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/compiler.h"
#include "base/err.h"
#include "crypto/cipher.h"
#include "crypto/unwrap.h"
#include "test.h"

enum {
    CASES = 100,      // random ones of each kind
    ALL_CASES = 1000  // with TN_TEST_ALL in the environment
};

struct bytes {
    uint8_t b[TN_WRAP_MAX];
    size_t len;
};

static struct bytes from_hex(const char *hex) {
    struct bytes ret;

    ret.len = tn_test_hex(ret.b, sizeof(ret.b), hex);
    return ret;
}

// ---- Worked examples -------------------------------------------------------------------------

static struct bytes p256_scalar, x25519_scalar, kek_128, kek_256;
static struct tn_ecies_key p256_m_key = {&tn_ecdh_p256_m, p256_scalar.b};
static struct tn_ecies_key microecc_key = {&tn_ecdh_microecc, p256_scalar.b};
static struct tn_ecies_key x25519_key = {&tn_ecdh_x25519, x25519_scalar.b};
static const struct tn_kw_key kw_128_key = {kek_128.b, 16};
static const struct tn_kw_key kw_256_key = {kek_256.b, 32};

static const struct example {
    const char *name;
    struct tn_unwrap unwrap;
    const char *tlv;
    const char *key;
} examples[] = {
        {"EC256 by p256-m", {0x32, tn_unwrap_ecies, &p256_m_key},
                "04dd043589b8cc4c11942072d68f3b51109196ed6f0b19f5082028e16bde6266230613f6a181a92e1f"
                "97352d0fcaf479aa924d2b58aab3236faf915273a5845548dc68ed8721b3aaaa4f35fdca047f26279c"
                "1a4722fc892f7d6eb19ca0aec004a9a01cc2400fc0f47f5ce8c62c8c24fe9d",
                "1664f46bfecfdce9a6befaa93c470295"},
        {"EC256 by p256-m, small", {0x32, tn_unwrap_ecies_small, &p256_m_key},
                "04dd043589b8cc4c11942072d68f3b51109196ed6f0b19f5082028e16bde6266230613f6a181a92e1f"
                "97352d0fcaf479aa924d2b58aab3236faf915273a5845548dc68ed8721b3aaaa4f35fdca047f26279c"
                "1a4722fc892f7d6eb19ca0aec004a9a01cc2400fc0f47f5ce8c62c8c24fe9d",
                "1664f46bfecfdce9a6befaa93c470295"},
        {"EC256 by micro-ecc", {0x32, tn_unwrap_ecies, &microecc_key},
                "04dd043589b8cc4c11942072d68f3b51109196ed6f0b19f5082028e16bde6266230613f6a181a92e1f"
                "97352d0fcaf479aa924d2b58aab3236faf915273a5845548dc68ed8721b3aaaa4f35fdca047f26279c"
                "1a4722fc892f7d6eb19ca0aec004a9a01cc2400fc0f47f5ce8c62c8c24fe9d",
                "1664f46bfecfdce9a6befaa93c470295"},
        {"X25519", {0x33, tn_unwrap_ecies, &x25519_key},
                "c36fe675ff91b6db81a97e0da2285a0dfd4c6963cd57f8d0e49e01591f770d2479021d3b72a691f387"
                "3908ab24e18d546bf6ee23f0f50842fc65442ed9e71dc02b41d623513590df98a9304e769ece7e",
                "287470155672f7a7d51952b391efc30a"},
        {"AES-KW, 128 bits", {0x31, tn_unwrap_kw, &kw_128_key},
                "cb33d941da7d2bdd0422bcef38a9795c8a80fa2c653b8221",
                "9a9bc7b8ab18a50422441d1c291b1108"},
        {"AES-KW, 256 bits", {0x31, tn_unwrap_kw, &kw_256_key},
                "794b4947a48beee863f6941080080ecf20880d4cd38bd5f133a20e83e5a08fed5f7dc0396d377c02",
                "9a9bc7b8ab18a50422441d1c291b11084ab4119feda45f0e71275bc0fcec374c"},
};

static void read_keys(void) {
    p256_scalar = from_hex("758edc5d85e9a60567dbdc8e3e423c93391832c4b9b27b33104b014602365b82");
    x25519_scalar = from_hex("b0d802a679350f475016854680b345c54a878612beef03667c7c87c17485747c");
    kek_128 = from_hex("4dcfe905f5854db0d920db6908bb0890");
    kek_256 = from_hex("75e2240d3b1875cd22b1e06f227b82492d591979aae3ba3e2dd14e20152c3aff");
}

static int unwrap(const struct tn_unwrap *u, const struct bytes *tlv, struct bytes *ret_key) {
    memset(ret_key, 0, sizeof(*ret_key));
    return u->unwrap(u, tlv->b, tlv->len, ret_key->b);
}

TEST(unwraps_the_worked_examples) {
    read_keys();
    for (size_t i = 0; i < TN_LEN(examples); i++) {
        struct bytes tlv = from_hex(examples[i].tlv);
        struct bytes want = from_hex(examples[i].key);
        struct bytes got;
        CHECK_EQ(unwrap(&examples[i].unwrap, &tlv, &got), want.len);
        CHECK_MEM(got.b, want.b, want.len);
    }
}

// A length of a key of no size.
TEST(refuses_other_lengths) {
    read_keys();
    for (size_t i = 0; i < TN_LEN(examples); i++) {
        struct bytes tlv = from_hex(examples[i].tlv);
        struct bytes got;
        size_t len = tlv.len;
        for (tlv.len = 0; tlv.len <= TN_WRAP_MAX; tlv.len++) {
            if (tlv.len != len) {
                CHECK_EQ(unwrap(&examples[i].unwrap, &tlv, &got), TN_EUNWRAP);
            }
        }
    }
}

// All bits but the highest one of an X25519 point, which RFC 7748 section 5 has ignored.
static bool is_ignored(const struct example *e, size_t bit) {
    return e->unwrap.key == &x25519_key && bit == 255;
}

TEST(refuses_every_flipped_bit) {
    read_keys();
    for (size_t i = 0; i < TN_LEN(examples); i++) {
        struct bytes tlv = from_hex(examples[i].tlv);
        struct bytes got;
        for (size_t bit = 0; bit < 8 * tlv.len; bit += 3) {
            tlv.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
            if (!is_ignored(&examples[i], bit)) {
                CHECK_EQ(unwrap(&examples[i].unwrap, &tlv, &got), TN_EUNWRAP);
            }
            tlv.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
    }
}

// Points of small order on Curve25519 (RFC 7748 section 7; https://cr.yp.to/ecdh.html#validate):
// anyone knows the secret that they give.
TEST(refuses_points_of_small_order) {
    static const char *const points[] = {
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    };

    read_keys();
    for (size_t i = 0; i < TN_LEN(points); i++) {
        uint8_t secret[32];
        CHECK_EQ(tn_ecdh_x25519.shared(x25519_scalar.b, from_hex(points[i]).b, secret), TN_EUNWRAP);
    }
}

// ---- The cipher ------------------------------------------------------------------------------

static void random_bytes(uint8_t *ret, size_t len) {
    while (len--) {
        *ret++ = (uint8_t)rand();
    }
}

// libcrypto's AES-CTR from the block on.
static void judge_ctr(const uint8_t *key, size_t key_len, uint32_t block, uint8_t *buf, int len) {
    uint8_t iv[16] = {[12] = (uint8_t)(block >> 24),
            (uint8_t)(block >> 16),
            (uint8_t)(block >> 8),
            (uint8_t)block};
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();

    CHECK(EVP_EncryptInit_ex(
            ctx, key_len == 16 ? EVP_aes_128_ctr() : EVP_aes_256_ctr(), NULL, key, iv));
    CHECK(EVP_EncryptUpdate(ctx, buf, &len, buf, len));
    EVP_CIPHER_CTX_free(ctx);
}

// Pieces of any length from any byte on equal the whole.
TEST(converts_from_any_byte_on) {
    enum { LEN = 300 };
    uint8_t key[32], clear[LEN], want[LEN], got[LEN];

    srand(1);
    for (int i = 0; i < 4000; i++) {
        size_t key_len = i % 2 ? 16 : 32;
        uint32_t base = 16 * ((uint32_t)rand() & 0xfffffff);
        size_t from = (size_t)rand() % LEN;
        size_t len = (size_t)rand() % (LEN - from + 1);
        random_bytes(key, sizeof(key));
        random_bytes(clear, sizeof(clear));
        memcpy(want, clear, LEN);
        memcpy(got, clear, LEN);
        judge_ctr(key, key_len, base / 16, want, LEN);
        tn_aes_bearssl.convert(key, key_len, base + (uint32_t)from, got + from, len);
        CHECK_MEM(got + from, want + from, len);
        CHECK_MEM(got, clear, from);
        CHECK_MEM(got + from + len, clear + from + len, LEN - from - len);
    }
}

// ---- Random keys, wrapped by libcrypto -------------------------------------------------------

static void derive_secret(EVP_PKEY *mine, EVP_PKEY *peer, uint8_t *ret) {
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(mine, NULL);
    size_t len = 32;

    CHECK(EVP_PKEY_derive_init(ctx) > 0 && EVP_PKEY_derive_set_peer(ctx, peer) > 0);
    CHECK(EVP_PKEY_derive(ctx, ret, &len) > 0);
    EVP_PKEY_CTX_free(ctx);
}

static void hkdf(const char *hash, uint8_t *secret, uint8_t *ret, size_t len) {
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
    char info[] = "MCUBoot_ECIES_v1";
    char digest[8];
    snprintf(digest, sizeof(digest), "%s", hash);
    OSSL_PARAM params[] = {OSSL_PARAM_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
            OSSL_PARAM_octet_string(OSSL_KDF_PARAM_KEY, secret, 32),
            OSSL_PARAM_octet_string(OSSL_KDF_PARAM_INFO, info, sizeof(info) - 1), OSSL_PARAM_END};

    CHECK(EVP_KDF_derive(ctx, ret, len, params) > 0);
    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);
}

// Wraps key for the device's public key, as a sender does.
static void wrap_ecies(const char *type, const char *hash, EVP_PKEY *device, const uint8_t *key,
        size_t key_len, struct bytes *ret) {
    bool is_ec = !strcmp(type, "P-256");
    EVP_PKEY *sender = is_ec ? EVP_EC_gen(type) : EVP_PKEY_Q_keygen(NULL, NULL, type);
    size_t tag_len = strcmp(hash, "SHA512") ? 32 : 64;
    uint8_t secret[32], keys[96];
    size_t len = 0;

    if (is_ec) {
        CHECK(EVP_PKEY_get_octet_string_param(
                sender, OSSL_PKEY_PARAM_PUB_KEY, ret->b, sizeof(ret->b), &len));
    } else {
        len = sizeof(ret->b);
        CHECK(EVP_PKEY_get_raw_public_key(sender, ret->b, &len) > 0);
    }
    derive_secret(sender, device, secret);
    hkdf(hash, secret, keys, key_len + tag_len);
    uint8_t *wrapped = ret->b + len + tag_len;
    memcpy(wrapped, key, key_len);
    judge_ctr(keys, key_len, 0, wrapped, (int)key_len);
    CHECK(EVP_Q_mac(NULL, "HMAC", NULL, hash, NULL, keys + key_len, tag_len, wrapped, key_len,
                  ret->b + len, tag_len, NULL) != NULL);
    ret->len = len + tag_len + key_len;
    EVP_PKEY_free(sender);
}

static unsigned cases(void) {
    return getenv("TN_TEST_ALL") ? ALL_CASES : CASES;
}

// Gets p, q, dp, dq and the inverse of q.
static void rsa_parts(EVP_PKEY *key, uint8_t *ret) {
    static const char *const names[] = {OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2,
            OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2,
            OSSL_PKEY_PARAM_RSA_COEFFICIENT1};

    for (size_t i = 0; i < TN_LEN(names); i++) {
        BIGNUM *number = NULL;
        CHECK(EVP_PKEY_get_bn_param(key, names[i], &number));
        CHECK(BN_bn2binpad(number, ret + 128 * i, 128) == 128);
        BN_free(number);
    }
}

static void wrap_rsa(
        EVP_PKEY *key, const char *hash, const uint8_t *image_key, size_t len, struct bytes *ret) {
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);

    ret->len = sizeof(ret->b);
    CHECK(EVP_PKEY_encrypt_init(ctx) > 0);
    CHECK(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) > 0);
    CHECK(EVP_PKEY_CTX_set_rsa_oaep_md_name(ctx, hash, NULL) > 0);
    CHECK(EVP_PKEY_CTX_set_rsa_mgf1_md_name(ctx, hash, NULL) > 0);
    CHECK(EVP_PKEY_encrypt(ctx, ret->b, &ret->len, image_key, len) > 0);
    EVP_PKEY_CTX_free(ctx);
}

TEST(unwraps_rsa_of_libcrypto) {
    static uint8_t parts[5 * 128];
    static const struct tn_rsa_key key = {parts};
    static const struct tn_unwrap rows[] = {
            {0x30, tn_unwrap_rsa_i15, &key}, {0x30, tn_unwrap_rsa_i31, &key}};
    EVP_PKEY *device = EVP_RSA_gen(2048);

    rsa_parts(device, parts);
    for (unsigned i = 0; i < cases(); i++) {
        const struct tn_unwrap *u = &rows[i % 2];
        size_t key_len = i % 4 < 2 ? 16 : 32;
        uint8_t image_key[32];
        struct bytes tlv, got;
        random_bytes(image_key, sizeof(image_key));
        wrap_rsa(device, "SHA256", image_key, key_len, &tlv);
        CHECK_EQ(unwrap(u, &tlv, &got), key_len);
        CHECK_MEM(got.b, image_key, key_len);
        tlv.b[(size_t)rand() % tlv.len] ^= (uint8_t)(1 << rand() % 8);
        CHECK_EQ(unwrap(u, &tlv, &got), TN_EUNWRAP);
        wrap_rsa(device, i % 2 ? "SHA1" : "SHA512", image_key, key_len, &tlv);
        CHECK_EQ(unwrap(u, &tlv, &got), TN_EUNWRAP);
        wrap_rsa(device, "SHA256", image_key, key_len - 1, &tlv);
        CHECK_EQ(unwrap(u, &tlv, &got), TN_EUNWRAP);
        tlv.len--;
        CHECK_EQ(unwrap(u, &tlv, &got), TN_EUNWRAP);
    }
    EVP_PKEY_free(device);
}

static void wrap_kw(const struct tn_kw_key *kek, const uint8_t *key, struct bytes *ret) {
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    EVP_CIPHER *cipher =
            EVP_CIPHER_fetch(NULL, kek->len == 16 ? "AES-128-WRAP" : "AES-256-WRAP", NULL);
    int len = 0;

    CHECK(EVP_EncryptInit_ex2(ctx, cipher, kek->bytes, NULL, NULL) > 0);
    CHECK(EVP_EncryptUpdate(ctx, ret->b, &len, key, kek->len) > 0);
    ret->len = (size_t)len;
    EVP_CIPHER_free(cipher);
    EVP_CIPHER_CTX_free(ctx);
}

static void round_trips(
        const struct tn_unwrap *u, const char *type, const char *hash, EVP_PKEY *device) {
    for (unsigned i = 0; i < cases(); i++) {
        struct bytes tlv, got;
        uint8_t key[32];
        size_t key_len = i % 2 ? 16 : 32;
        random_bytes(key, key_len);
        wrap_ecies(type, hash, device, key, key_len, &tlv);
        CHECK_EQ(unwrap(u, &tlv, &got), key_len);
        CHECK_MEM(got.b, key, key_len);
        tlv.b[(size_t)rand() % tlv.len] ^= (uint8_t)(1 << rand() % 7);
        CHECK_EQ(unwrap(u, &tlv, &got), TN_EUNWRAP);
    }
}

TEST(unwraps_what_libcrypto_wraps) {
    static const struct tn_unwrap rows[] = {{0x32, tn_unwrap_ecies, &p256_m_key},
            {0x32, tn_unwrap_ecies_small, &p256_m_key}, {0x32, tn_unwrap_ecies, &microecc_key},
            {0x33, tn_unwrap_ecies, &x25519_key}, {0x34, tn_unwrap_ecies_sha512, &x25519_key}};
    uint8_t raw[32];

    for (size_t i = 0; i < TN_LEN(rows); i++) {
        bool is_ec = rows[i].tlv == 0x32;
        EVP_PKEY *device = is_ec ? EVP_EC_gen("P-256") : EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
        size_t len = sizeof(raw);
        BIGNUM *scalar = NULL;
        if (is_ec) {
            CHECK(EVP_PKEY_get_bn_param(device, OSSL_PKEY_PARAM_PRIV_KEY, &scalar));
            CHECK(BN_bn2binpad(scalar, p256_scalar.b, 32) == 32);
            BN_free(scalar);
        } else {
            CHECK(EVP_PKEY_get_raw_private_key(device, raw, &len) > 0);
            memcpy(x25519_scalar.b, raw, len);
        }
        round_trips(&rows[i], is_ec ? "P-256" : "X25519", rows[i].tlv == 0x34 ? "SHA512" : "SHA256",
                device);
        EVP_PKEY_free(device);
    }
}

TEST(unwraps_key_wraps_of_libcrypto) {
    static const struct tn_unwrap rows[] = {
            {0x31, tn_unwrap_kw, &kw_128_key}, {0x31, tn_unwrap_kw, &kw_256_key}};

    for (unsigned i = 0; i < 2 * cases(); i++) {
        const struct tn_unwrap *u = &rows[i % 2];
        const struct tn_kw_key *kek = u->key;
        struct bytes tlv, got;
        uint8_t key[32];
        random_bytes(kek_128.b, 16);
        random_bytes(kek_256.b, 32);
        random_bytes(key, sizeof(key));
        wrap_kw(kek, key, &tlv);
        CHECK_EQ(unwrap(u, &tlv, &got), kek->len);
        CHECK_MEM(got.b, key, kek->len);
    }
}

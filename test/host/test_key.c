// SPDX-License-Identifier: Apache-2.0
// Signatures are deterministic: the published vectors of RFC 6979, and agreement with libcrypto's
// verifier for any key.
#include <openssl/sha.h>
#include <stdlib.h>
#include <unistd.h>

#include "host/files/key.h"
#include "image/format.h"
#include "test.h"

static struct tn_fault fault;

// Writes the file, loads the key in it, and removes the file.
static void load(const uint8_t *file, size_t len, struct tn_key_pair *ret) {
    char name[] = "/tmp/tenon-test-XXXXXX";
    int fd = mkstemp(name);

    CHECK_EQ(write(fd, file, len), len);
    close(fd);
    CHECK_EQ(tn_key_load(name, ret, &fault), 0);
    unlink(name);
}

// The key of RFC 6979 section A.2.5, as an ECPrivateKey of RFC 5915.
static void load_vector_key(struct tn_key_pair *ret) {
    uint8_t der[128];
    size_t len = tn_test_hex(der, sizeof(der),
            "30 77 02 01 01 04 20"
            "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"
            "a0 0a 06 08 2a 86 48 ce 3d 03 01 07 a1 44 03 42 00 04"
            "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
            "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299");

    load(der, len, ret);
    CHECK(ret->has_private);
}

// want is the signature as DER, in hex.
static void check_vector(const struct tn_key_pair *key, const char *message, const char *want) {
    uint8_t digest[TN_HASH_LEN], sig[TN_KEY_SIG_MAX], expected[TN_KEY_SIG_MAX];
    size_t len, n = tn_test_hex(expected, sizeof(expected), want);

    tn_sha256((const uint8_t *)message, strlen(message), digest);
    CHECK_EQ(tn_key_sign(key, digest, sig, &len, &fault), 0);
    CHECK_EQ(len, n);
    CHECK_MEM(sig, expected, n);
    CHECK(tn_key_verify(key, digest, sig, len));
}

TEST(signatures_are_those_that_rfc_6979_publishes) {
    struct tn_key_pair key;

    load_vector_key(&key);
    check_vector(&key, "sample",
            "30 46"
            "02 21 00 EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
            "02 21 00 F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8");
    check_vector(&key, "test",
            "30 45"
            "02 21 00 F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367"
            "02 20    019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083");
    tn_key_free(&key);
}

// The key of RFC 6979 section A.2.6 and its message "sample", with SHA-384.
TEST(signatures_by_p384_are_those_that_rfc_6979_publishes) {
    uint8_t der[256], digest[48], sig[TN_KEY_SIG_MAX], want[TN_KEY_SIG_MAX];
    struct tn_key_pair key;
    size_t len;
    size_t n = tn_test_hex(der, sizeof(der),
            "30 81 a4 02 01 01 04 30"
            "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D8"
            "96D5724E4C70A825F872C9EA60D2EDF5"
            "a0 07 06 05 2b 81 04 00 22 a1 64 03 62 00 04"
            "EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64"
            "DEF8F0EA9055866064A254515480BC13"
            "8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1"
            "288B231C3AE0D4FE7344FD2533264720");

    load(der, n, &key);
    CHECK_EQ(key.kind, TN_KEY_P384);
    n = tn_test_hex(want, sizeof(want),
            "30 66 02 31 00"
            "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C"
            "81A648152E44ACF96E36DD1E80FABE46"
            "02 31 00"
            "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94F"
            "A329C145786E679E7B82C71A38628AC8");
    SHA384((const uint8_t *)"sample", 6, digest);
    CHECK_EQ(tn_key_sign_message(&key, digest, 48, false, sig, &len, &fault), 0);
    CHECK_EQ(len, n);
    CHECK_MEM(sig, want, n);
    CHECK(tn_key_verify_message(&key, digest, 48, sig, len));
    tn_key_free(&key);
}

// The first vector of RFC 8032 section 7.1 that has a message.
TEST(signatures_by_ed25519_are_those_that_rfc_8032_publishes) {
    uint8_t der[64], sig[TN_KEY_SIG_MAX], want[64];
    const uint8_t message = 0x72;
    struct tn_key_pair key;
    size_t len;
    size_t n = tn_test_hex(der, sizeof(der),
            "30 2e 02 01 00 30 05 06 03 2b 65 70 04 22 04 20"
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");

    load(der, n, &key);
    CHECK_EQ(key.kind, TN_KEY_ED25519);
    CHECK_EQ(tn_test_hex(want, sizeof(want),
                     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
            64);
    CHECK_EQ(tn_key_sign_message(&key, &message, 1, false, sig, &len, &fault), 0);
    CHECK_EQ(len, 64);
    CHECK_MEM(sig, want, 64);
    CHECK(tn_key_verify_message(&key, &message, 1, sig, len));
    sig[0] ^= 1;
    CHECK(!tn_key_verify_message(&key, &message, 1, sig, len));
    tn_key_free(&key);
}

TEST(a_digest_above_the_order_of_the_curve_is_signed) {
    uint8_t digest[TN_HASH_LEN], sig[TN_KEY_SIG_MAX];
    struct tn_key_pair key;
    size_t len;

    load_vector_key(&key);
    memset(digest, 0xff, sizeof(digest));
    CHECK_EQ(tn_key_sign(&key, digest, sig, &len, &fault), 0);
    CHECK(tn_key_verify(&key, digest, sig, len));
    memset(digest, 0, sizeof(digest));
    CHECK_EQ(tn_key_sign(&key, digest, sig, &len, &fault), 0);
    CHECK(tn_key_verify(&key, digest, sig, len));
    tn_key_free(&key);
}

TEST(any_key_signs_any_digest_the_same_way_twice) {
    char name[] = "/tmp/tenon-test-XXXXXX";
    uint8_t digest[TN_HASH_LEN], sig[2][TN_KEY_SIG_MAX];
    struct tn_key_pair key;
    uint32_t seed = 7;
    size_t len[2];

    close(mkstemp(name));
    for (int i = 0; i < 20; i++) {
        CHECK_EQ(tn_key_generate(name, true, false, &fault), 0);
        CHECK_EQ(tn_key_load(name, &key, &fault), 0);
        for (size_t k = 0; k < sizeof(digest); k++) {
            digest[k] = (uint8_t)tn_test_random(&seed);
        }
        for (int k = 0; k < 2; k++) {
            CHECK_EQ(tn_key_sign(&key, digest, sig[k], &len[k], &fault), 0);
            CHECK(tn_key_verify(&key, digest, sig[k], len[k]));
        }
        CHECK_EQ(len[0], len[1]);
        CHECK_MEM(sig[0], sig[1], len[0]);
        digest[0] ^= 1;
        CHECK(!tn_key_verify(&key, digest, sig[0], len[0]));
        tn_key_free(&key);
    }
    unlink(name);
}

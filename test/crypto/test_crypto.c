// SPDX-License-Identifier: Apache-2.0
// The rows over crypto libraries that this machine can run: hashes, DER, and signatures by
// test_rows.c.
#include <openssl/sha.h>

#include "base/compiler.h"
#include "base/err.h"
#include "crypto/der.h"
#include "crypto/hash.h"
#include "crypto/sig.h"
#include "rows.h"
#include "test.h"

enum {
    RANDOM_CASES = 10000,
    FEW_CASES = 500,  // of a slow row
};

static const struct hash_row {
    const struct tn_hash_alg *alg;
    unsigned char *(*judge)(const unsigned char *msg, size_t len, unsigned char *ret);
    uint8_t len;
    uint16_t tlv;
} hash_rows[] = {{&tn_sha256_bearssl, SHA256, 32, 0x10}, {&tn_sha256_mbedtls, SHA256, 32, 0x10},
        {&tn_sha384_bearssl, SHA384, 48, 0x11}, {&tn_sha512_bearssl, SHA512, 64, 0x12}};

static const struct tn_sig_alg *const sig_rows[] = {
        &tn_p256_microecc, &tn_p256_microecc_built_in, &tn_p256_m};

static uint32_t verify(
        unsigned nth, const uint8_t *key, const uint8_t *hash, const uint8_t *sig, size_t sig_len) {
    const struct tn_key k = {.kind = TN_KEY_P256, .len = 64, .bytes = key};

    return sig_rows[nth]->verify(&k, hash, 32, sig, sig_len);
}

const struct judged_row judged_rows[] = {
        {"micro-ecc", verify, true, RANDOM_CASES, 1, 0},
        {"micro-ecc, built-in keys", verify, false, RANDOM_CASES / 10, 1, 0},
        {"p256-m", verify, true, FEW_CASES, 1, RANDOM_CASES},
};
const size_t njudged_rows = TN_LEN(judged_rows);
_Static_assert(TN_LEN(judged_rows) == TN_LEN(sig_rows), "a row each");

TEST(hashes_agree_with_libcrypto_for_every_length_and_piece) {
    uint8_t msg[300];
    uint8_t want[TN_HASH_MAX];
    uint8_t got[TN_HASH_MAX];

    for (size_t i = 0; i < sizeof(msg); i++) {
        msg[i] = (uint8_t)(i * 5);
    }
    for (size_t r = 0; r < TN_LEN(hash_rows); r++) {
        for (size_t len = 0; len <= sizeof(msg); len++) {
            struct tn_hash h;
            size_t piece = 1 + len % 70;
            tn_hash_begin(&h, hash_rows[r].alg);
            for (size_t i = 0; i < len; i += piece) {
                tn_hash_add(&h, msg + i, len - i < piece ? len - i : piece);
            }
            tn_hash_end(&h, got);
            hash_rows[r].judge(msg, len, want);
            CHECK_MEM(got, want, hash_rows[r].len);
        }
        CHECK_EQ(hash_rows[r].alg->len, hash_rows[r].len);
        CHECK_EQ(hash_rows[r].alg->tlv, hash_rows[r].tlv);
    }
}

TEST(a_copied_hash_goes_on_by_itself) {
    struct tn_hash a;
    uint8_t one[TN_HASH_MAX];
    uint8_t two[TN_HASH_MAX];
    uint8_t want[TN_HASH_MAX];

    for (size_t r = 0; r < TN_LEN(hash_rows); r++) {
        tn_hash_begin(&a, hash_rows[r].alg);
        tn_hash_add(&a, "abc", 3);
        struct tn_hash b = a;
        tn_hash_end(&b, one);
        tn_hash_add(&a, "def", 3);
        tn_hash_end(&a, two);
        CHECK_MEM(one, hash_rows[r].judge((const uint8_t *)"abc", 3, want), hash_rows[r].len);
        CHECK_MEM(two, hash_rows[r].judge((const uint8_t *)"abcdef", 6, want), hash_rows[r].len);
    }
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

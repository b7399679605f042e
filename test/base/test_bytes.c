// SPDX-License-Identifier: Apache-2.0
// CRCs, base64 and decimals, against the check values of their definitions.
#include "base/base64.h"
#include "base/crc.h"
#include "base/decimal.h"
#include "base/err.h"
#include "test.h"

TEST(crcs_have_their_check_values) {
    CHECK_EQ(tn_crc16(0, "123456789", 9), 0x31c3);
    CHECK_EQ(tn_crc32(0, "123456789", 9), 0xcbf43926);
    CHECK_EQ(tn_crc16(tn_crc16(0, "1234", 4), "56789", 5), 0x31c3);
    CHECK_EQ(tn_crc32(tn_crc32(0, "1234", 4), "56789", 5), 0xcbf43926);
}

// RFC 4648 section 10.
TEST(base64_has_the_vectors_of_its_rfc) {
    static const char *const pairs[][2] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="},
            {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        char text[16];
        uint8_t raw[16];
        size_t n = tn_base64_put(text, (const uint8_t *)pairs[i][0], strlen(pairs[i][0]));
        CHECK_EQ(n, strlen(pairs[i][1]));
        CHECK_MEM(text, pairs[i][1], n);
        CHECK_EQ(tn_base64_get(raw, text, n), strlen(pairs[i][0]));
        CHECK_MEM(raw, pairs[i][0], strlen(pairs[i][0]));
    }
}

TEST(what_is_no_base64_is_refused) {
    static const char *const bad[] = {"Zg=", "Z", "Zg==Zg==", "=g==", "Z===", "Zm9*", "Zm9 ",
            "Zm=v", "Zm9v\n", "Zg=x"};
    uint8_t raw[16];
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        CHECK_EQ(tn_base64_get(raw, bad[i], strlen(bad[i])), TN_EINVAL);
    }
}

TEST(decimals_of_all_lengths) {
    static const struct {
        uint32_t v;
        const char *text;
    } cases[] = {{0, "0"}, {9, "9"}, {10, "10"}, {4294967295u, "4294967295"}};
    for (size_t i = 0; i < 4; i++) {
        char text[TN_DECIMAL_MAX + 1] = {0};
        CHECK_EQ(tn_decimal_put(text, cases[i].v), strlen(cases[i].text));
        CHECK_STR(text, cases[i].text);
    }
}

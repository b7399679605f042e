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

// RFC 4648 section 10, and a group of three kinds of characters.
TEST(base64_has_the_vectors_of_its_rfc) {
    static const char *const pairs[][2] = {{"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"},
            {"b", "Yg=="}, {"ba", "YmE="}, {"bar", "YmFy"}, {"\xfb\xf0\x3f", "+/A/"}};
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        char text[4];
        uint8_t raw[3];
        size_t n = strlen(pairs[i][0]);
        tn_base64_put(text, (const uint8_t *)pairs[i][0], n);
        CHECK_MEM(text, pairs[i][1], 4);
        CHECK_EQ(tn_base64_get(raw, text), n);
        CHECK_MEM(raw, pairs[i][0], n);
    }
}

TEST(what_is_no_base64_is_refused) {
    static const char *const bad[] = {"Zg=\0", "=g==", "Z===", "Zm9*", "Zm9 ", "Zm=v", "Zg=x",
            "Zm9[", "Zm9`", "Zm9\x80", "===="};
    uint8_t raw[3];
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        CHECK_EQ(tn_base64_get(raw, bad[i]), TN_EINVAL);
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

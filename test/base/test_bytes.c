// SPDX-License-Identifier: Apache-2.0
// CRCs, base64, text and its numbers, against the check values of their definitions.
#include "base/base64.h"
#include "base/crc.h"
#include "base/err.h"
#include "base/text.h"
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
        char buf[TN_TEXT_UINT + 1] = {0};
        struct tn_text text = {buf, sizeof(buf) - 1, 0};
        tn_text_uint(&text, cases[i].v);
        CHECK_EQ(text.len, strlen(cases[i].text));
        CHECK_STR(buf, cases[i].text);
    }
}

TEST(zeros_fill_a_number_up_and_are_not_digits_too_many) {
    char buf[16] = {0};
    struct tn_text text = {buf, sizeof(buf) - 1, 0};

    tn_text_digits(&text, 7, 3);
    tn_text_char(&text, '.');
    tn_text_digits(&text, 1234, 3);
    CHECK_STR(buf, "007.1234");
}

TEST(text_ends_where_its_buffer_does_whatever_is_added) {
    for (size_t size = 0; size < 24; size++) {
        char buf[32];
        struct tn_text text = {buf, size, 0};

        memset(buf, '#', sizeof(buf));
        tn_text_str(&text, "word");
        tn_text_char(&text, ' ');
        tn_text_uint(&text, 4294967295u);
        tn_text_digits(&text, 5, 12);
        CHECK_EQ(text.len, size);
        CHECK_MEM(buf, "word 4294967295000000000005", size);
        CHECK_EQ(buf[size], '#');
    }
}

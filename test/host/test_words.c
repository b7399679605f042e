// SPDX-License-Identifier: Apache-2.0
// Every code of doc/reference/smp.md section 3 has a text, and a code without one does no harm.
#include "host/base/smp_words.h"
#include "host/device/session.h"
#include "test.h"

TEST(every_known_code_has_a_meaning) {
    static const int32_t last[][2] = {
            {-1, 14}, {0, 7}, {1, 34}, {2, 5}, {3, 8}, {8, 16}, {9, 3}, {10, 4}, {63, 4}};

    for (size_t i = 0; i < sizeof(last) / sizeof(last[0]); i++) {
        int32_t group = last[i][0];
        for (int32_t rc = group < 0 ? 0 : 1; rc <= last[i][1]; rc++) {
            const struct tn_smp_code_words *w = tn_smp_code_words(group, rc);
            CHECK(w->meaning && *w->meaning && w->fix);
            CHECK(strstr(w->meaning, "does not know, ") == NULL);
            CHECK(strcmp(w->meaning, tn_smp_code_words(0, 99)->meaning) != 0);
        }
        CHECK_STR(tn_smp_code_words(group, last[i][1] + 1)->meaning,
                tn_smp_code_words(0, 99)->meaning);
    }
}

TEST(unknown_codes_have_words_too) {
    static const int32_t odd[] = {INT32_MIN, -1, 0, 15, 35, 255, 256, INT32_MAX};

    for (int32_t group = -1; group < 70; group++) {
        for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
            CHECK(tn_smp_code_words(group, odd[i])->meaning != NULL);
        }
    }
}

TEST(a_refusal_names_what_why_and_what_next) {
    struct tn_fault f;
    struct tn_reply r = {.group = 1, .rc = 30, .reason = {(const uint8_t *)"too\x1b[31mbig", 11}};

    CHECK_EQ(tn_session_refused(&r, "upload refused", &f), -1);
    CHECK_EQ(f.kind, TN_FAULT_REFUSED);
    CHECK_EQ(f.group, 1);
    CHECK_EQ(f.rc, 30);
    CHECK_STR(f.text,
            "upload refused: the image is too large for the slot (group 1, code 30: "
            "toobig); make it smaller");
}

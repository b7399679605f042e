// SPDX-License-Identifier: Apache-2.0
// The bytes of a serial line: the device's text is made safe for a terminal, text and SMP are
// separated, and a port without a server is recognised.
#include "host/base/text.h"
#include "host/transport/heard.h"
#include "host/transport/split.h"
#include "test.h"

// ---- Text ------------------------------------------------------------------------------

static void check_clean(const char *in, const char *want) {
    char out[200];

    tn_lines_copy(out, sizeof(out), (struct tn_span){(const uint8_t *)in, strlen(in)});
    CHECK_STR(out, want);
}

TEST(sequences_that_control_a_terminal_are_taken_out) {
    check_clean("\x1b[1;32muart:~$ \x1b[m", "uart:~$ ");
    check_clean("a\x1b]0;title\x07"
                "b",
            "ab");
    check_clean("a\x1b]8;;http://x\x1b\\b", "ab");
    check_clean("a\x1bP1$r\x1b\\b", "ab");
    check_clean("a\x1b"
                "cb\x1b[2J\x1b[1;1Hc",
            "abc");
    check_clean("a\x1b[31", "a");
    check_clean("a\x1b[3\nb", "a\nb");
    check_clean("a\x1b]0;never ends\nb", "a\nb");
    check_clean("1\r\n2\t3\x07\x08", "1\n2\t3??");
    check_clean("\x9b"
                "31m",
            "?31m");
}

TEST(utf8_stays_and_what_is_none_does_not) {
    check_clean("21 \xc2\xb0"
                "C \xe2\x82\xac \xf0\x9f\x98\x80",
            "21 \xc2\xb0"
            "C \xe2\x82\xac \xf0\x9f\x98\x80");
    check_clean("\xc2\x9b"
                "31m",
            "??31m");               // C1 in UTF-8
    check_clean("\xc0\x9b", "??");  // longer than needed
    check_clean("\xe0\x80\xaf", "???");
    check_clean("\xed\xa0\x80", "???");       // a surrogate
    check_clean("\xf4\x90\x80\x80", "????");  // above U+10FFFF
    check_clean("a\xe2\x82", "a?");
    check_clean("\xe2\x82"
                "b",
            "?b");
}

TEST(a_text_that_is_too_long_is_cut_between_characters) {
    static const char euro[] = "\xe2\x82\xac\xe2\x82\xac";
    char out[7];

    for (size_t size = 1; size <= sizeof(out); size++) {
        tn_text_copy(out, size, (struct tn_span){(const uint8_t *)euro, 6});
        CHECK_EQ(strlen(out), (size - 1) / 3 * 3);
    }
    tn_text_copy(out, sizeof(out), (struct tn_span){(const uint8_t *)"a\nb\tc", 5});
    CHECK_STR(out, "a?b?c");
}

// ---- Text and SMP ------------------------------------------------------------------------

static void check_split(const char *in, size_t len, const char *want_text, const char *want_smp) {
    struct tn_split s = {0};
    char text[100] = "";
    char smp[100] = "";

    for (size_t i = 0; i < len; i++) {
        struct tn_split_out o = tn_split_byte(&s, (uint8_t)in[i]);
        strncat(o.is_smp ? smp : text, (const char *)o.bytes, o.len);
    }
    CHECK_STR(text, want_text);
    CHECK_STR(smp, want_smp);
}

#define SPLIT(in, text, smp) check_split(in, sizeof(in) - 1, text, smp)

TEST(console_lines_are_told_from_text_wherever_they_begin) {
    SPLIT("log\n\x06\x09QUJD\nmore", "log\nmore", "\x06\x09QUJD\n");
    SPLIT("uart:~$ \x06\x09QQ\n\x04\x14QQ\nx\n", "uart:~$ x\n", "\x06\x09QQ\n\x04\x14QQ\n");
    SPLIT("a\x06"
          "b\x04"
          "c\x06\x06\x09Q\n",
            "a\x06"
            "b\x04"
            "c\x06",
            "\x06\x09Q\n");
    SPLIT("\x06\x14\x04\x09 no markers\n", "\x06\x14\x04\x09 no markers\n", "");
}

// ---- What is no server -------------------------------------------------------------------

static enum tn_heard_kind kind(const char *came, size_t len) {
    struct tn_heard h = {.len = 0};

    tn_heard_sent(&h,
            "\x06\x09"
            "AAoAAAAAAAAABgAA\n",
            19);
    tn_heard_came(&h, came, len);
    return tn_heard_kind(&h);
}

#define KIND(text) kind(text, sizeof(text) - 1)

TEST(what_comes_from_a_port_without_a_server_has_a_kind) {
    CHECK_EQ(KIND(""), TN_HEARD_NOTHING);
    CHECK_EQ(KIND("\x06\x09"
                  "AAoAAAAAAAAABgAA\n"),
            TN_HEARD_ECHO);
    CHECK_EQ(KIND("AAoAAAAAAAAABgAA"), TN_HEARD_ECHO);
    CHECK_EQ(KIND("AAoAAAAAAAAABgAA\r\nunknown\r\n> "), TN_HEARD_SHELL);
    CHECK_EQ(KIND("boot\r\nLinux login: "), TN_HEARD_SHELL);
    CHECK_EQ(KIND("U-Boot 2024\r\n=> "), TN_HEARD_SHELL);
    CHECK_EQ(KIND("[00:00:01] <inf> main: ready\r\n"), TN_HEARD_TEXT);
    CHECK_EQ(KIND("21 \xc2\xb0"
                  "C, \xe6\xb8\xa9\xe5\xba\xa6\r\n"),
            TN_HEARD_TEXT);
    CHECK_EQ(KIND("\xfe\x80\xf8\x00\x1c\xe0\xff\x03"), TN_HEARD_NOISE);
    CHECK_EQ(KIND("\x00\x00\x00\x00"), TN_HEARD_NOISE);
}

TEST(more_than_is_kept_is_dropped) {
    struct tn_heard h = {.len = 0};
    char many[TN_HEARD_MAX];

    memset(many, 'x', sizeof(many));
    for (int i = 0; i < 3; i++) {
        tn_heard_sent(&h, many, sizeof(many));
        tn_heard_came(&h, many, sizeof(many));
    }
    CHECK_EQ(h.len, sizeof(h.bytes));
    CHECK_EQ(h.sent_len, sizeof(h.sent));
}

// SPDX-License-Identifier: Apache-2.0
// The os group: the vectors of doc/reference/smp.md sections 10 and 11.
#include <stdio.h>

#include "base/err.h"
#include "harness.h"
#include "test.h"

static struct harness h;

TEST(params_in_both_versions_with_and_without_a_payload) {
    harness_begin(&h, TN_SLOTS_SPARE);
    harness_expect(&h, "0000000100000106A0",
            "0100001900000106BF686275665F73697A65190800696275665F636F756E7402FF");
    harness_expect(&h, "0800000100000206A0",
            "0900001900000206BF686275665F73697A65190800696275665F636F756E7402FF");
    harness_expect(&h, "0800000000000306",
            "0900001900000306BF686275665F73697A65190800696275665F636F756E7402FF");
    h.peer = (struct tn_smp_peer){.buf_size = 2475, .buf_count = 4};  // the log of R18
    harness_expect(&h, "000000010000FF06A0",
            "010000190000FF06BF686275665F73697A651909AB696275665F636F756E7404FF");
    harness_expect(&h, "1000000100000306A0", "0900000600000306BF6272630DFF");
    harness_expect(&h, "0A00000100000306A0", "0B00000600000306BF62726308FF");
}

TEST(echo_gives_back_text_and_refuses_the_rest) {
    harness_begin(&h, TN_SLOTS_SPARE);
    harness_expect(&h, "0200000600000400A16164626869", "0300000700000400BF6172626869FF");
    harness_expect(&h, "0A00000700000400BF6164626869FF", "0B00000700000400BF6172626869FF");
    harness_expect(&h, "0A00000600000100A16164626869", "0B00000700000100BF6172626869FF");
    harness_expect(&h, "0A00000400000400A1616405", "0B00000600000400BF62726303FF");
    harness_expect(&h, "0A00000000000400", "0B00000600000400BF62726303FF");
    harness_expect(&h, "0A00000100000400A0", "0B00000500000400BF617260FF");
    // A string in pieces; nested lists under an unknown key; lengths of 64 bits.
    harness_expect(&h, "0A00000700000400A161647F6168FF", "0B00000600000400BF62726303FF");
    harness_expect(&h, "0A00001400000400A26178818181818181818181818181006164 6161",
            "0B00000600000400BF61726161FF");
    harness_expect(
            &h, "0A00000C00000400A161647B0000000000000001 61", "0B00000600000400BF62726303FF");
    harness_expect(
            &h, "0A00000D00000400A161647B0000000000000001 61", "0B00000600000400BF617261 61FF");
    harness_expect(
            &h, "0A00000D00000400A161647B0000000100000001 61", "0B00000600000400BF62726303FF");
}

TEST(a_long_echo_is_answered_whole_or_refused_as_too_large) {
    uint8_t req[900];
    harness_begin(&h, TN_SLOTS_SPARE);
    for (size_t len = 24; len < 800; len += 7) {
        uint8_t body[880];
        struct tn_cbor_out out;
        tn_cbor_out_init(&out, body, sizeof(body));
        tn_cbor_put_map(&out, 1);
        tn_cbor_put_str(&out, "d");
        memset(req, 'x', len);
        tn_cbor_put_text(&out, req, len);
        int rc = harness_ask(&h, TN_SMP_WRITE, TN_SMP_OS, TN_OS_ECHO, &out);
        size_t need = TN_SMP_HDR_LEN + 1 + 2 + (len > 255 ? 3u : 2u) + len + 1;
        CHECK_EQ(rc, need <= sizeof(h.rsp) ? 0 : -1000 - TN_RC_TOOLARGE);
    }
}

TEST(info_gives_the_words_that_are_asked_for_in_their_order) {
    harness_begin(&h, TN_SLOTS_SPARE);
    // default: "Tenon"; "vs": "Tenon 7"; "a": all; "z" is none of them.
    harness_expect(&h, "0800000100000907A0", "0900000F00000907BF666F7574707574 6554656E6F6EFF");
    harness_expect(&h, "0800000B00000907A166666F726D6174627673",
            "0900001100000907BF666F7574707574 6754656E6F6E2037FF");
    harness_expect(&h, "0800000A00000907A166666F726D61746161",
            "0900001E00000907BF666F7574707574 7454656E6F6E206861726E6573732037206E6F6E65FF");
    harness_expect(&h, "0800000A00000907A166666F726D6174617A",
            "0900001300000907BF63657272BF6567726F75700062726302FFFF");
    harness_expect(&h, "0000000A00000907A166666F726D6174617A", "0100000600000907BF62726303FF");
}

TEST(words_that_are_too_long_together_are_cut) {
    enum { ALL = 96 };  // bytes of the words of an answer
    static char word[ALL + 10];

    harness_begin(&h, TN_SLOTS_SPARE);
    for (size_t first = ALL - 6; first < sizeof(word); first++) {
        const char *const words[] = {word, "ab", "c", "d"};
        memset(word, 'w', sizeof(word));
        word[first] = 0;
        h.os.words = words;
        uint8_t req[32];
        char want[2 * ALL];
        snprintf(want, sizeof(want), "%s ab c d", word);
        size_t len = strlen(want) < ALL ? strlen(want) : ALL;
        harness_serve(
                &h, req, tn_test_hex(req, sizeof(req), "0800000A00000907A166666F726D61746161"));
        CHECK_EQ(h.rsp_len, 8 + 1 + 7 + 2 + len + 1);
        CHECK_MEM(h.rsp + 8 + 1 + 7 + 2, want, len);
    }
}

TEST(bootloader_info_names_the_format_and_the_mode) {
    harness_begin(&h, TN_SLOTS_SPARE);
    harness_expect(
            &h, "0800000100000908A0", "0900001500000908BF6A626F6F746C6F61646572674D4355626F6F74FF");
    harness_expect(
            &h, "0800000C00000908A1657175657279646D6F6465", "0900000800000908BF646D6F646509FF");
    harness_expect(&h, "0800000900000908A16571756572796178",
            "0900001300000908BF63657272BF6567726F75700062726303FFFF");
    harness_expect(&h, "0000000900000908A16571756572796178", "0100000600000908BF62726305FF");
}

TEST(reset_is_answered_first_and_only_when_it_makes_sense) {
    harness_begin(&h, TN_SLOTS_SPARE);
    harness_expect(&h, "0A00000100000205A0", "0B00000200000205BFFF");
    CHECK_EQ(h.resets, 1);
    harness_expect(&h, "0A00000000000205", "0B00000200000205BFFF");
    CHECK_EQ(h.resets, 2);
    // boot_mode 1 is recovery; a text or another number resets nothing.
    harness_expect(&h, "0A00000C00000205A169626F6F745F6D6F646501", "0B00000200000205BFFF");
    CHECK_EQ(h.resets, 3);
    CHECK_EQ(h.asked_mode, 1);
    harness_expect(
            &h, "0A00000D00000205A169626F6F745F6D6F64656131", "0B00000600000205BF62726303FF");
    harness_expect(&h, "0A00000C00000205A169626F6F745F6D6F646507", "0B00000600000205BF62726303FF");
    h.can_recover = false;
    harness_expect(&h, "0A00000C00000205A169626F6F745F6D6F646501", "0B00000600000205BF62726308FF");
    CHECK_EQ(h.resets, 3);
    // "force" is a boolean in the specification and a number from Python: both are ignored.
    harness_expect(&h, "0A00000800000205A165666F72636501", "0B00000200000205BFFF");
    CHECK_EQ(h.resets, 4);
}

TEST(groups_that_are_not_here_are_not_supported) {
    harness_begin(&h, TN_SLOTS_SPARE);
    harness_expect(&h, "02000002003F0100BFFF", "03000006003F0100BF62726308FF");  // the log of R18
    harness_expect(&h, "0800000100630500A0", "0900000600630500BF62726308FF");
    harness_expect(&h, "0800001000000706A0", "0900000600000706BF62726309FF");
}

// ---- Tasks, pools, date and time -------------------------------------------------------

static bool task(void *ctx, size_t nth, struct tn_os_task *ret) {
    (void)ctx;
    *ret = (struct tn_os_task){"main", -2, 1, 30, 512, 70000};
    return nth < 1;
}

static bool pool(void *ctx, size_t nth, struct tn_os_pool *ret) {
    (void)ctx;
    *ret = (struct tn_os_pool){"rx", 128, 4, 3, 1};
    return nth < 1;
}

static struct tn_datetime now;
static bool is_set;

static int get_time(void *ctx, struct tn_datetime *ret) {
    (void)ctx;
    *ret = now;
    return is_set ? 0 : TN_ENOENT;
}

static int set_time(void *ctx, const struct tn_datetime *t) {
    (void)ctx;
    now = *t;
    is_set = true;
    return 0;
}

static const struct tn_os_time_tasks functions = {task, pool, get_time, set_time, NULL};
static struct tn_serve_os_time_tasks os;
static struct tn_smp_group groups[] = {TN_SERVE_OS_TIME_TASKS(&os)};

static void begin_with(const struct tn_os_time_tasks *of) {
    harness_begin(&h, TN_SLOTS_SPARE);
    os = (struct tn_serve_os_time_tasks){h.os, of};
    h.server.groups = groups;
    h.server.ngroups = 1;
    is_set = false;
}

TEST(tasks_and_pools_are_listed_by_name) {
    begin_with(&functions);
    harness_expect(&h, "0800000100000202A0",
            "0900004300000202BF657461736B73BF646D61696EBF647072696F216374696400657374617465016673"
            "746B757365181E6673746B73697A1902006772756E74696D651A00011170FFFFFF");
    harness_expect(&h, "0800000100000203A0",
            "0900002300000203BF627278BF66626C6B73697A1880656E626C6B7304656E6672656503636D696E01"
            "FFFF");
}

static int set(const char *text) {
    struct tn_cbor_out body;
    uint8_t buf[64];

    tn_cbor_out_init(&body, buf, sizeof(buf));
    tn_cbor_open_map(&body);
    tn_cbor_pair_str(&body, "datetime", text);
    tn_cbor_close(&body);
    return harness_ask(&h, TN_SMP_WRITE, TN_SMP_OS, TN_OS_DATETIME, &body);
}

TEST(date_and_time_are_set_and_read) {
    begin_with(&functions);
    harness_expect(
            &h, "0800000100000204A0", "0900001300000204BF63657272BF6567726F75700062726304FFFF");
    harness_expect(&h, "0000000100000204A0", "0100000600000204BF62726305FF");
    CHECK_EQ(set("2026-11-21T16:45:09"), 0);
    CHECK_EQ(now.year, 2026);
    CHECK_EQ(now.second, 9);
    harness_expect(&h, "0800000100000204A0",
            "0900002300000204BF686461746574696D6577323032362D31312D32315431363A34353A30392E303030"
            "FF");
    CHECK_EQ(set("2024-02-29 23:59:59.987"), 0);
    CHECK_EQ(now.ms, 987);
    CHECK_EQ(now.day, 29);
    CHECK_EQ(set("11899-12-31T00:00:00.001"), 0);
    CHECK_EQ(now.year, 11899);
}

TEST(an_invalid_date_is_refused) {
    static const char *const bad[] = {"", "2026-11-21", "2026-11-21T16:45:9", "2026-13-01T00:00:00",
            "2026-00-01T00:00:00", "2026-02-29T00:00:00", "1900-02-29T00:00:00",
            "1899-12-31T00:00:00", "11900-01-01T00:00:00", "2026-11-21T24:00:00",
            "2026-11-21T23:60:00", "2026-11-21T23:59:60", "2026-11-21T23:59:59.98",
            "2026-11-21T23:59:59.9876", "2026-11-21T23:59:59Z", "2026-11-2xT23:59:59",
            "2026-11-00T23:59:59", "2026-11-21T23:59:59.987+01:00"};
    begin_with(&functions);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        CHECK_EQ(set(bad[i]), -1000 - TN_RC_INVALID);
    }
    CHECK(!is_set);
}

TEST(a_program_without_tasks_and_clocks_does_not_support_them) {
    begin_with(NULL);
    harness_expect(&h, "0800000100000202A0", "0900000600000202BF62726308FF");
    harness_expect(&h, "0800000100000203A0", "0900000600000203BF62726308FF");
    harness_expect(&h, "0800000100000204A0", "0900000600000204BF62726308FF");
    CHECK_EQ(set("2026-11-21T16:45:09"), -1000 - TN_RC_NOTSUP);
    harness_expect(&h, "0A00000600000100A16164626869", "0B00000700000100BF6172626869FF");
}

// SPDX-License-Identifier: Apache-2.0
// The groups over tables of the program's functions: enum, stat, settings, shell, basic. The
// vectors are those of doc/reference/smp.md section 11, except those about Zephyr's own groups.
#include "base/compiler.h"
#include "base/err.h"
#include "harness.h"
#include "serve/basic.h"
#include "serve/enumerate.h"
#include "serve/settings.h"
#include "serve/shell.h"
#include "serve/stat.h"
#include "test.h"

static struct harness h;

// ---- The program's side ------------------------------------------------------------------

static volatile uint32_t uploads = 7;
static volatile uint32_t resets = 70000;
static const struct tn_stat update_stats[] = {{"uploads", &uploads}, {"resets", &resets}};
static const struct tn_stat_group stat_groups[] = {
        {"update", update_stats, TN_LEN(update_stats)}, {"none", NULL, 0}};
static const struct tn_serve_stat stats = {stat_groups, TN_LEN(stat_groups)};

// One value, "app/name"; "app/fixed" cannot be written.
static uint8_t value[TN_SETTING_VALUE_MAX];
static size_t value_len;
static int saves, loads, commits;

static int find(struct tn_span name) {
    if (name.len < 4 || memcmp(name.ptr, "app/", 4)) {
        return TN_SETTING_NO_ROOT;
    }
    return tn_span_is(name, "app/name") || tn_span_is(name, "app/fixed") ? 0 : TN_SETTING_NO_NAME;
}

static int read_value(void *ctx, struct tn_span name, void *buf, size_t size) {
    int err = find(name);

    (void)ctx;
    if (!err) {
        memcpy(buf, value, size < value_len ? size : value_len);
    }
    return err ? err : (int)value_len;
}

static int write_value(void *ctx, struct tn_span name, struct tn_span val) {
    int err = tn_span_is(name, "app/fixed") ? TN_SETTING_CANNOT : find(name);

    (void)ctx;
    if (!err && val.len > sizeof(value)) {
        err = TN_ENOSPC;
    }
    if (!err) {
        memcpy(value, val.ptr, val.len);
        value_len = val.len;
    }
    return err;
}

static int remove_value(void *ctx, struct tn_span name) {
    (void)ctx;
    value_len = 0;
    return tn_span_is(name, "app/fixed") ? TN_SETTING_CANNOT : find(name);
}

static int count_commit(void *ctx) {
    (void)ctx;
    return commits++ ? TN_EIO : 0;
}

static int count_load(void *ctx) {
    (void)ctx;
    loads++;
    return 0;
}

static int count_save(void *ctx, struct tn_span name) {
    (void)ctx;
    saves += name.len ? 100 : 1;
    return 0;
}

static struct tn_serve_settings settings;

static char last_line[TN_SHELL_LINE_MAX + 1];

static int run_line(void *ctx, const char *line, char *out, size_t size, size_t *ret_len) {
    (void)ctx;
    strcpy(last_line, line);
    if (strcmp(line, "flood") == 0) {
        memset(out, 'x', size);
        *ret_len = size;
        return 0;
    }
    memcpy(out, "done", 4);
    *ret_len = 4;
    return -8;
}

static const struct tn_serve_shell shell = {run_line, NULL};
static struct tn_area storage;
static struct tn_serve_basic basic = {.storage = &storage};
static const struct tn_smp_group groups[] = {
        TN_SERVE_STAT(&stats),
        TN_SERVE_SETTINGS(&settings),
        TN_SERVE_SHELL(&shell),
        TN_SERVE_ENUM,
        TN_SERVE_BASIC(&basic),
};

static void begin(void) {
    harness_begin(&h, TN_SLOTS_SPARE);
    h.server.groups = groups;
    h.server.ngroups = TN_LEN(groups);
    settings = (struct tn_serve_settings){
            read_value, write_value, remove_value, count_commit, count_load, count_save, NULL};
    storage = (struct tn_area){&h.device.nor.flash, 2048, 3072};
    value_len = 0;
    saves = loads = commits = 0;
}

// ---- enum ------------------------------------------------------------------------------

TEST(groups_are_counted_listed_and_named) {
    begin();
    harness_expect(&h, "08000001000A0900A0", "09000009000A0900BF65636F756E7405FF");
    harness_expect(&h, "08000001000A0901A0", "09000011000A0901BF6667726F7570739F0203090A183FFFFF");
    harness_expect(&h, "08000008000A0902A165696E64657804",
            "0900000F000A0902BF6567726F7570183F63656E64F5FF");
    harness_expect(&h, "08000001000A0902A0", "09000009000A0902BF6567726F757002FF");
    harness_expect(&h, "08000008000A0902A165696E64657805",
            "09000013000A0902BF63657272BF6567726F75700A62726304FFFF");
    harness_expect(&h, "0800000A000A0903A16667726F757073 810A",
            "0900002D000A0903BF6667726F7570739FBF6567726F75700A646E616D6569656E756D206D676D74"
            "6868616E646C65727304FFFFFF");
    harness_expect(&h, "0800000A000A0903A16667726F757073 8161", "09000006000A0903BF62726303FF");
}

TEST(the_groups_asked_for_may_be_many) {
    begin();
    harness_expect(&h, "0800001A000A0903A16667726F757073 910101010101010101010101010101010101",
            "0900000B000A0903BF6667726F7570739FFFFF");
}

// ---- stat ------------------------------------------------------------------------------

TEST(counters_are_shown_by_the_name_of_their_group) {
    begin();
    harness_expect(&h, "0800000D00020900A1646E616D6566757064617465",
            "0900002C00020900BF646E616D6566757064617465666669656C6473BF6775706C6F61647307"
            "667265736574731A00011170FFFF");
    harness_expect(&h, "0800000100020901A0",
            "0900001A00020901BF69737461745F6C6973749F66757064617465646E6F6E65FFFF");
    harness_expect(&h, "0800000800020900A1646E616D65617A",
            "0900001300020900BF63657272BF6567726F75700262726302FFFF");
    harness_expect(&h, "0000000800020900A1646E616D65617A", "0100000600020900BF62726305FF");
    harness_expect(&h, "0800000100020900A0", "0900000600020900BF62726303FF");
}

// ---- settings --------------------------------------------------------------------------

static int ask(uint8_t op, uint8_t id, const char *name, const char *val, int max_size) {
    struct tn_cbor_out body;
    uint8_t buf[200];

    tn_cbor_out_init(&body, buf, sizeof(buf));
    tn_cbor_open_map(&body);
    if (name) {
        tn_cbor_pair_str(&body, "name", name);
    }
    if (val) {
        tn_cbor_put_str(&body, "val");
        tn_cbor_put_bytes(&body, val, strlen(val));
    }
    if (max_size >= 0) {
        tn_cbor_pair_uint(&body, "max_size", (uint32_t)max_size);
    }
    tn_cbor_close(&body);
    return harness_ask(&h, op, TN_SMP_SETTINGS, id, &body);
}

TEST(a_setting_is_written_read_cut_and_deleted) {
    begin();
    CHECK_EQ(ask(TN_SMP_WRITE, TN_SETTINGS_VALUE, "app/name", "tenon", -1), 0);
    CHECK_EQ(ask(TN_SMP_READ, TN_SETTINGS_VALUE, "app/name", NULL, -1), 0);
    CHECK_MEM(h.rsp + 8, "\xbf\x63val\x45tenon\xff", 12);
    CHECK_EQ(h.rsp_len, 8 + 12);
    CHECK_EQ(ask(TN_SMP_READ, TN_SETTINGS_VALUE, "app/name", NULL, 3), 0);
    CHECK_MEM(h.rsp + 8, "\xbf\x63val\x43ten\xff", 10);
    CHECK_EQ(ask(TN_SMP_READ, TN_SETTINGS_VALUE, "app/name", NULL, 1000), 0);
    CHECK_MEM(h.rsp + 8, "\xbf\x63val\x45tenon\x68max_size\x18\x40\xff", 23);
    CHECK_EQ(ask(TN_SMP_WRITE, TN_SETTINGS_DELETE, "app/name", NULL, -1), 0);
    CHECK_EQ(value_len, 0);
}

TEST(a_refused_setting_operation_has_its_own_code) {
    char longest[TN_SETTING_NAME_MAX + 2] = {0};
    begin();
    CHECK_EQ(ask(TN_SMP_READ, TN_SETTINGS_VALUE, "ca/b", NULL, -1), 5);
    CHECK_EQ(ask(TN_SMP_READ, TN_SETTINGS_VALUE, "app/other", NULL, -1), 3);
    CHECK_EQ(ask(TN_SMP_READ, TN_SETTINGS_VALUE, "", NULL, -1), -1000 - TN_RC_INVALID);
    CHECK_EQ(ask(TN_SMP_READ, TN_SETTINGS_VALUE, NULL, NULL, -1), -1000 - TN_RC_INVALID);
    CHECK_EQ(ask(TN_SMP_WRITE, TN_SETTINGS_VALUE, "app/name", NULL, -1), -1000 - TN_RC_INVALID);
    CHECK_EQ(ask(TN_SMP_WRITE, TN_SETTINGS_VALUE, "app/fixed", "x", -1), 6);
    CHECK_EQ(ask(TN_SMP_WRITE, TN_SETTINGS_DELETE, "app/fixed", NULL, -1), 7);
    CHECK_EQ(ask(TN_SMP_WRITE, TN_SETTINGS_DELETE, "app/no", NULL, -1), 3);
    memset(longest, 'a', TN_SETTING_NAME_MAX);
    CHECK_EQ(ask(TN_SMP_READ, TN_SETTINGS_VALUE, longest, NULL, -1), 5);
    longest[TN_SETTING_NAME_MAX] = 'a';
    CHECK_EQ(ask(TN_SMP_READ, TN_SETTINGS_VALUE, longest, NULL, -1), 2);
    harness_expect(&h, "0800000A00030900A1646E616D6563612F62",
            "0900001300030900BF63657272BF6567726F75700362726305FFFF");
    harness_expect(&h, "0000000A00030900A1646E616D6563612F62", "0100000600030900BF62726301FF");
}

TEST(settings_are_committed_loaded_and_saved) {
    begin();
    CHECK_EQ(ask(TN_SMP_WRITE, TN_SETTINGS_COMMIT, NULL, NULL, -1), 0);
    CHECK_EQ(ask(TN_SMP_WRITE, TN_SETTINGS_COMMIT, NULL, NULL, -1), -1000 - TN_RC_UNKNOWN);
    CHECK_EQ(ask(TN_SMP_READ, TN_SETTINGS_STORE, NULL, NULL, -1), 0);
    CHECK_EQ(loads, 1);
    CHECK_EQ(ask(TN_SMP_WRITE, TN_SETTINGS_STORE, NULL, NULL, -1), 0);
    CHECK_EQ(ask(TN_SMP_WRITE, TN_SETTINGS_STORE, "app", NULL, -1), 0);
    CHECK_EQ(saves, 101);
}

TEST(missing_functions_are_reported_as_not_supported) {
    begin();
    settings = (struct tn_serve_settings){.ctx = NULL};
    CHECK_EQ(ask(TN_SMP_READ, TN_SETTINGS_VALUE, "app/name", NULL, -1), 4);
    CHECK_EQ(ask(TN_SMP_WRITE, TN_SETTINGS_VALUE, "app/name", "x", -1), 6);
    CHECK_EQ(ask(TN_SMP_WRITE, TN_SETTINGS_DELETE, "app/name", NULL, -1), 7);
    CHECK_EQ(ask(TN_SMP_WRITE, TN_SETTINGS_COMMIT, NULL, NULL, -1), 0);
    harness_expect(
            &h, "0A00000100030903A0", "0B00001300030903BF63657272BF6567726F75700362726308FFFF");
}

// ---- shell -----------------------------------------------------------------------------

static int type(const char *const *words, size_t n) {
    struct tn_cbor_out body;
    uint8_t buf[400];

    tn_cbor_out_init(&body, buf, sizeof(buf));
    tn_cbor_open_map(&body);
    tn_cbor_put_str(&body, "argv");
    tn_cbor_open_list(&body);
    for (size_t i = 0; i < n; i++) {
        tn_cbor_put_str(&body, words[i]);
    }
    tn_cbor_close(&body);
    tn_cbor_close(&body);
    return harness_ask(&h, TN_SMP_WRITE, TN_SMP_SHELL, TN_SHELL_EXEC, &body);
}

TEST(words_are_joined_to_a_line_and_its_output_returned) {
    static const char *const words[] = {"log", "level", "3"};
    static const char *const flood[] = {"flood"};
    begin();
    CHECK_EQ(type(words, 3), 0);
    CHECK_STR(last_line, "log level 3");
    CHECK_MEM(h.rsp + 8,
            "\xbf\x61o\x64"
            "done\x63ret\x27\xff",
            14);
    CHECK_EQ(type(flood, 1), 0);
    CHECK_EQ(h.rsp_len, 8 + 1 + 2 + 3 + TN_SHELL_OUTPUT_MAX + 4 + 1 + 1);
}

TEST(a_line_that_is_empty_or_too_long_is_refused) {
    static char word[TN_SHELL_LINE_MAX];
    const char *const two[] = {word, ""};
    begin();
    harness_expect(&h, "0A00000700090900A1646172677680",
            "0B00001300090900BF63657272BF6567726F75700962726303FFFF");
    memset(word, 'w', sizeof(word) - 1);
    CHECK_EQ(type(two, 1), 0);
    CHECK_EQ(type(two, 2), 0);
    const char *const three[] = {word, "", "x"};
    CHECK_EQ(type(three, 3), 2);
    // The blank in front of an argument counts, even if the argument is empty.
    const char *const empties[] = {word, "", "", ""};
    CHECK_EQ(type(empties, 2), 0);
    CHECK_EQ(strlen(last_line), TN_SHELL_LINE_MAX);
    CHECK_EQ(type(empties, 3), 2);
    CHECK_EQ(type(empties, 4), 2);
    const char *const last[] = {"", word, "x", ""};
    CHECK_EQ(type(last, 2), 0);
    CHECK_STR(last_line, word);
    CHECK_EQ(type(last, 3), 2);
    // A value that is no list, and a list of numbers.
    harness_expect(&h, "0A00000700090900A1646172677605", "0B00000600090900BF62726303FF");
    harness_expect(&h, "0A00000800090900A164617267768105", "0B00000600090900BF62726303FF");
}

// ---- basic -----------------------------------------------------------------------------

TEST(the_storage_is_erased_and_nothing_else) {
    begin();
    memset(h.device.mem, 0x5a, 8192);
    harness_expect(&h, "0A000001003F0900A0", "0B000002003F0900BFFF");
    for (int i = 0; i < 8192; i++) {
        CHECK_EQ(h.device.mem[i], i >= 2048 && i < 5120 ? 0xff : 0x5a);
    }
}

TEST(an_erase_that_fails_is_told_in_both_versions) {
    begin();
    storage.off = 512;  // in the middle of a sector
    harness_expect(
            &h, "0A000001003F0900A0", "0B000014003F0900BF63657272BF6567726F7570183F62726304FFFF");
    harness_expect(&h, "02000001003F0900A0", "03000006003F0900BF62726301FF");
}

// SPDX-License-Identifier: Apache-2.0
// CBOR in and out, with libcbor as an independent judge of both.
#include <cbor.h>
#include <stdlib.h>

#include "base/cbor.h"
#include "base/err.h"
#include "test.h"

static struct tn_cbor_in in_of(const char *digits) {
    static uint8_t bytes[512];
    struct tn_cbor_in in;

    tn_cbor_in_init(&in, bytes, tn_test_hex(bytes, sizeof(bytes), digits));
    return in;
}

TEST(numbers_are_read_from_every_head_length) {
    static const struct {
        const char *digits;
        uint32_t value;
    } cases[] = {
            {"00", 0},
            {"17", 23},
            {"1818", 24},
            {"18ff", 255},
            {"190100", 256},
            {"1a00010000", 65536},
            {"1affffffff", UINT32_MAX},
            {"1b0000000000000005", 5},
            {"1800", 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct tn_cbor_in in = in_of(cases[i].digits);
        uint32_t v = 1;
        CHECK_EQ(tn_cbor_get_uint(&in, &v), 0);
        CHECK_EQ(v, cases[i].value);
        CHECK(in.p == in.end);
    }
}

TEST(numbers_above_32_bits_are_refused_and_not_cut) {
    struct tn_cbor_in in = in_of("1b0000000100000005");
    uint32_t v = 7;
    uint64_t big;
    CHECK_EQ(tn_cbor_get_uint(&in, &v), TN_EINVAL);
    CHECK_EQ(v, 7);
    in = in_of("1b0000000100000005");
    CHECK_EQ(tn_cbor_get_uint64(&in, &big), 0);
    CHECK(big == 0x100000005u);
}

TEST(a_string_longer_than_the_packet_is_refused) {
    static const char *const cases[] = {"65616263", "5bffffffffffffffff00", "5b0000000100000000",
            "7affffffff61", "58", "7f6161ff", "5f4161ff"};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct tn_cbor_in in = in_of(cases[i]);
        struct tn_span s;
        CHECK_EQ(*in.p >> 5 == 3 ? tn_cbor_get_text(&in, &s) : tn_cbor_get_bytes(&in, &s),
                TN_EINVAL);
        in = in_of(cases[i]);
        CHECK_EQ(tn_cbor_skip(&in), TN_EINVAL);
    }
}

static uint32_t number;
static bool flag;
static struct tn_span text;
static const struct tn_cbor_field fields[] = {
        {"n", TN_FIELD_UINT, &number}, {"b", TN_FIELD_BOOL, &flag}, {"t", TN_FIELD_TEXT, &text}};

TEST(a_map_is_read_in_any_order_and_strange_keys_are_skipped) {
    // {_ "x": [_ 1, {"y": h'00'}], "t": "hi", "n": 7, "b": true}, and the same definite
    static const char *const maps[] = {"bf61789f01a161794100ff61746268696 16e0761 62f5ff",
            "a461788201a161794100617462686961 6e0761 62f5"};
    for (size_t i = 0; i < 2; i++) {
        struct tn_cbor_in in = in_of(maps[i]);
        number = 0;
        flag = false;
        CHECK_EQ(tn_cbor_get_map(&in, fields, 3), 7);
        CHECK_EQ(number, 7);
        CHECK(flag);
        CHECK(tn_span_is(text, "hi"));
        CHECK(in.p == in.end);
    }
}

TEST(a_known_key_of_the_wrong_type_is_an_error) {
    struct tn_cbor_in in = in_of("a1616e6161");
    CHECK_EQ(tn_cbor_get_map(&in, fields, 3), TN_EINVAL);
}

TEST(every_prefix_of_a_map_is_refused) {
    uint8_t bytes[64];
    size_t len =
            tn_test_hex(bytes, sizeof(bytes), "bf61789f01a161794100ff61746268696 16e0761 62f5ff");
    for (size_t n = 0; n < len; n++) {
        uint8_t *copy = malloc(n + 1);  // of its own, so that ASan sees a byte too many
        memcpy(copy, bytes, n);
        struct tn_cbor_in in;
        tn_cbor_in_init(&in, copy, n);
        CHECK_EQ(tn_cbor_get_map(&in, fields, 3), TN_EINVAL);
        free(copy);
    }
}

TEST(deep_nesting_is_skipped_without_recursion) {
    static uint8_t bytes[40000];
    struct tn_cbor_in in;

    memset(bytes, 0x81, sizeof(bytes));  // a list of a list of ...
    bytes[sizeof(bytes) - 1] = 0;
    tn_cbor_in_init(&in, bytes, sizeof(bytes));
    CHECK_EQ(tn_cbor_skip(&in), 0);
    CHECK(in.p == in.end);
    memset(bytes, 0x9f, sizeof(bytes));  // the same with breaks: too deep to keep count of
    tn_cbor_in_init(&in, bytes, sizeof(bytes));
    CHECK_EQ(tn_cbor_skip(&in), TN_EINVAL);
}

// What we skip as one item, libcbor reads as one item of the same length. (The other way round
// cannot be asked: libcbor 0.8 allocates what a head announces before it looks for the bytes.)
TEST(skipping_agrees_with_libcbor_on_random_bytes) {
    uint32_t seed = 7;
    unsigned both = 0;

    for (int round = 0; round < 200000; round++) {
        uint8_t bytes[24];
        size_t len = 1 + tn_test_random(&seed) % sizeof(bytes);
        for (size_t i = 0; i < len; i++) {
            bytes[i] = (uint8_t)tn_test_random(&seed);
            bytes[i] = i && bytes[i] % 4 == 0 ? bytes[i] % 32 : bytes[i];
        }
        struct tn_cbor_in in;
        tn_cbor_in_init(&in, bytes, len);
        int ours = tn_cbor_skip(&in);
        if (ours) {
            continue;
        }
        struct cbor_load_result result;
        cbor_item_t *item = cbor_load(bytes, len, &result);
        if (item) {
            CHECK_EQ(in.p - bytes, result.read);
            both++;
            cbor_decref(&item);
        } else {
            // It knows no simple values but booleans, null and undefined.
            CHECK(result.error.code != CBOR_ERR_NOTENOUGHDATA);
        }
    }
    CHECK(both > 10000);
}

TEST(what_is_written_reads_back_and_libcbor_reads_it_too) {
    uint8_t buf[128];
    struct tn_cbor_out out;
    struct tn_cbor_in in;
    struct tn_span s;
    int32_t i;

    tn_cbor_out_init(&out, buf, sizeof(buf));
    tn_cbor_open_map(&out);
    tn_cbor_pair_uint(&out, "n", 70000);
    tn_cbor_pair_bool(&out, "b", true);
    tn_cbor_pair_str(&out, "t", "hello");
    tn_cbor_put_str(&out, "i");
    tn_cbor_put_int(&out, -500);
    tn_cbor_put_str(&out, "d");
    tn_cbor_put_bytes(&out, "\1\2\3", 3);
    tn_cbor_close(&out);
    CHECK(!out.full);
    struct cbor_load_result result;
    cbor_item_t *item = cbor_load(buf, out.len, &result);
    CHECK(item != NULL);
    CHECK_EQ(result.read, out.len);
    CHECK_EQ(cbor_map_size(item), 5);
    cbor_decref(&item);
    const struct tn_cbor_field all[] = {
            {"n", TN_FIELD_UINT, &number}, {"i", TN_FIELD_INT, &i}, {"d", TN_FIELD_BYTES, &s}};
    tn_cbor_in_init(&in, buf, out.len);
    CHECK_EQ(tn_cbor_get_map(&in, all, 3), 7);
    CHECK_EQ(number, 70000);
    CHECK_EQ(i, -500);
    CHECK_MEM(s.ptr, "\1\2\3", 3);
}

// RFC 8949 appendix A, and the ends of each head length.
TEST(numbers_are_written_with_the_shortest_head) {
    static const struct {
        int32_t value;
        const char *digits;
    } cases[] = {
            {0, "00"},
            {1, "01"},
            {23, "17"},
            {24, "1818"},
            {255, "18ff"},
            {256, "190100"},
            {65535, "19ffff"},
            {65536, "1a00010000"},
            {INT32_MAX, "1a7fffffff"},
            {-1, "20"},
            {-24, "37"},
            {-25, "3818"},
            {-256, "38ff"},
            {-257, "390100"},
            {INT32_MIN, "3a7fffffff"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct tn_cbor_in want = in_of(cases[i].digits);
        uint8_t got[8];
        struct tn_cbor_out out;
        tn_cbor_out_init(&out, got, sizeof(got));
        tn_cbor_put_int(&out, cases[i].value);
        CHECK_EQ(out.len, (size_t)(want.end - want.p));
        CHECK_MEM(got, want.p, out.len);
    }
}

TEST(a_full_buffer_stays_full_and_nothing_is_written_behind_it) {
    uint8_t buf[16];
    struct tn_cbor_out out;

    for (size_t size = 0; size < 9; size++) {
        memset(buf, 0xaa, sizeof(buf));
        tn_cbor_out_init(&out, buf, size);
        tn_cbor_pair_str(&out, "abc", "wxyz");
        tn_cbor_put_uint(&out, 1);
        CHECK(out.full);
        for (size_t i = size; i < sizeof(buf); i++) {
            CHECK_EQ(buf[i], 0xaa);
        }
    }
}

// ---- Forms -----------------------------------------------------------------------------

struct values {
    struct tn_span data;
    struct tn_span name;
    struct tn_cbor_in any;
    uint32_t off;
    uint32_t last;
    uint32_t end;
};

static const char form[] = "data" TN_BYTES "name" TN_TEXT "any" TN_ANY "off" TN_UINT
                           "last_one" TN_BOOL "off_end" TN_UINT;

TEST(a_form_reads_each_kind_of_value_in_any_order) {
    // {"off_end": 9, "last_one": true, "x": [1, {}], "off": 70000, "any": [5], "name": "ab",
    //  "data": h'0102', "o": 1}
    struct tn_cbor_in in =
            in_of("BF 676F66665F656E6409 686C6173745F6F6E65F5 61788201A0 636F66661A00011170"
                  "63616E798105 646E616D65626162 6464617461420102 616F01 FF");
    struct values v = {.off = 1};
    uint32_t item = 0;

    CHECK_EQ(tn_cbor_get_form(&in, form, &v), 63);
    CHECK(in.p == in.end);
    CHECK_EQ(v.data.len, 2);
    CHECK_MEM(v.data.ptr, "\1\2", 2);
    CHECK(tn_span_is(v.name, "ab"));
    CHECK_EQ(v.off, 70000);
    CHECK_EQ(v.last, 1);
    CHECK_EQ(v.end, 9);
    struct tn_cbor_seq seq;
    CHECK_EQ(tn_cbor_enter(&v.any, TN_CBOR_LIST, &seq), 0);
    CHECK_EQ(tn_cbor_get_uint(&v.any, &item), 0);
    CHECK_EQ(item, 5);
}

TEST(what_a_form_does_not_find_keeps_its_value) {
    struct tn_cbor_in in = in_of("A2 6003 686C6173745F6F6E65F4");
    struct values v = {.off = 77, .last = 5, .name = {(const uint8_t *)"x", 1}};

    CHECK_EQ(tn_cbor_get_form(&in, form, &v), 16);
    CHECK_EQ(v.off, 77);
    CHECK_EQ(v.last, 0);
    CHECK(tn_span_is(v.name, "x"));
}

TEST(a_value_of_another_kind_than_the_form_says_is_an_error) {
    static const char *const bad[] = {"A1 636F666620", "A1 636F666660",
            "A1 636F66661B0000000100000000", "A1 646461746160", "A1 646E616D6540",
            "A1 686C6173745F6F6E6501", "A1 686C6173745F6F6E65F6", "80", "A1 636F6666", ""};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct tn_cbor_in in = in_of(bad[i]);
        struct values v = {.off = 0};
        CHECK_EQ(tn_cbor_get_form(&in, form, &v), TN_EINVAL);
    }
}

TEST(a_form_writes_what_the_same_form_reads) {
    const struct {
        struct tn_span data;
        struct tn_span name;
        uint32_t off;
        uint32_t last;
    } values = {{(const uint8_t *)"\1\2\3", 3}, {(const uint8_t *)"abc", 3}, 70000, 1};
    static const char written[] =
            TN_MAP "data" TN_BYTES "list" TN_LIST TN_TEXT TN_UINT TN_END "last_one" TN_BOOL TN_END;
    uint8_t want[64];
    uint8_t buf[64];
    struct tn_cbor_out out;
    size_t n = tn_test_hex(want, sizeof(want),
            "BF 646461746143010203 646C6973749F 63616263 1A00011170 FF 686C6173745F6F6E65F5 FF");

    for (size_t size = 0; size <= sizeof(buf); size++) {
        tn_cbor_out_init(&out, buf, size);
        tn_cbor_put_form(&out, written, &values);
        CHECK_EQ(out.full, size < n);
        if (!out.full) {
            CHECK_EQ(out.len, n);
            CHECK_MEM(buf, want, n);
        }
    }
}

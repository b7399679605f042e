// SPDX-License-Identifier: Apache-2.0
// .dfu and DfuSe files: what the tools of dfu-util write is read, what is written is the same
// bytes, and every damage is refused.
#include <stdlib.h>

#include "base/bytes.h"
#include "base/crc.h"
#include "host/files/dfu.h"
#include "test.h"

static struct tn_fault fault;
static struct tn_dfu_file file;

// What dfu-suffix 0.11 writes: -v 1209 -p 0001 -d 0100 to a file "123456789".
static const uint8_t nine[] = {'1', '2', '3', '4', '5', '6', '7', '8', '9', 0x00, 0x01, 0x01, 0x00,
        0x09, 0x12, 0x00, 0x01, 0x55, 0x46, 0x44, 0x10, 0x62, 0x1c, 0x70, 0xfe};
static const struct tn_dfu_ids nine_ids = {0x1209, 0x0001, 0x0100, 0};

enum { TARGET_AT = 11, ELEMENT_AT = 11 + 274 };

// Reads an exact copy, so that ASan notices a read behind the end.
static int read_copy(const uint8_t *p, size_t len) {
    uint8_t *exact = malloc(len ? len : 1);
    memcpy(exact, p, len);
    int err = tn_dfu_read(exact, len, "x.dfu", &file, NULL, NULL, &fault);
    free(exact);
    return err;
}

// Two segments: 5 bytes at 0x08004000 and 3 bytes at 0x08008000.
static struct tn_buf make_dfuse(void) {
    struct tn_segments s = {0};
    struct tn_buf ret;

    CHECK_EQ(tn_segments_add(&s, 0x08004000, "first", 5, "x", &fault), 0);
    CHECK_EQ(tn_segments_add(&s, 0x08008000, "end", 3, "x", &fault), 0);
    CHECK_EQ(tn_dfuse_format(&s, 1, "Internal Flash", &nine_ids, &ret, &fault), 0);
    tn_segments_free(&s);
    return ret;
}

// Corrects the CRC of a changed file, so that only the change can be the reason of a refusal.
static void mend_crc(struct tn_buf *b) {
    tn_put_le32(b->p + b->len - 4, ~tn_crc32(0, b->p, b->len - 4));
}

TEST(a_suffix_is_what_dfu_suffix_writes) {
    const struct tn_buf bytes = {(uint8_t *)(uintptr_t)nine, 9};
    struct tn_buf out;

    CHECK_EQ(tn_dfu_format(&bytes, &nine_ids, &out, &fault), 0);
    CHECK_EQ(out.len, sizeof(nine));
    // dfu-suffix names DFU 1.0 (0x0100), and Tenon 1.1; the rest is the same up to the CRC.
    out.p[out.len - 10] = 0x00;
    mend_crc(&out);
    CHECK_MEM(out.p, nine, sizeof(nine));
    tn_buf_free(&out);
}

TEST(a_suffix_of_dfu_suffix_is_read) {
    CHECK(tn_dfu_is(nine, sizeof(nine)));
    CHECK_EQ(read_copy(nine, sizeof(nine)), 0);
    CHECK_EQ(file.len, 9);
    CHECK_EQ(file.ids.vid, 0x1209);
    CHECK_EQ(file.ids.pid, 0x0001);
    CHECK_EQ(file.ids.device, 0x0100);
    CHECK_EQ(file.ids.bcd_dfu, 0x0100);
    CHECK(!file.is_dfuse);
}

TEST(every_changed_bit_of_a_suffixed_file_is_noticed) {
    for (size_t bit = 0; bit < 8 * sizeof(nine); bit++) {
        uint8_t copy[sizeof(nine)];
        memcpy(copy, nine, sizeof(nine));
        copy[bit / 8] = (uint8_t)(copy[bit / 8] ^ 1u << bit % 8);
        CHECK_EQ(read_copy(copy, sizeof(copy)), -1);
    }
}

TEST(every_cut_of_a_suffixed_file_is_noticed) {
    for (size_t len = 0; len < sizeof(nine); len++) {
        CHECK(!tn_dfu_is(nine, len));
        CHECK_EQ(read_copy(nine, len), -1);
        CHECK_EQ(fault.kind, TN_FAULT_MAGIC);
    }
}

TEST(a_longer_suffix_is_taken_off_whole_and_a_too_long_one_refused) {
    uint8_t copy[sizeof(nine)];
    struct tn_buf b = {copy, sizeof(copy)};

    memcpy(copy, nine, sizeof(nine));
    copy[sizeof(copy) - 5] = 20;
    mend_crc(&b);
    CHECK_EQ(read_copy(copy, sizeof(copy)), 0);
    CHECK_EQ(file.len, sizeof(copy) - 20);
    copy[sizeof(copy) - 5] = sizeof(copy) + 1;
    mend_crc(&b);
    CHECK_EQ(read_copy(copy, sizeof(copy)), -1);
    CHECK_EQ(fault.kind, TN_FAULT_TRUNCATED);
}

TEST(a_dfuse_file_is_read_as_it_was_written) {
    struct tn_buf b = make_dfuse();
    struct tn_segments s = {0};

    CHECK_EQ(tn_get_le32(b.p + 6), b.len - 16);
    CHECK_EQ(b.p[10], 1);
    CHECK_EQ(b.p[TARGET_AT + 6], 1);
    CHECK_STR((char *)b.p + TARGET_AT + 11, "Internal Flash");
    CHECK_EQ(read_copy(b.p, b.len), 0);
    CHECK(file.is_dfuse);
    CHECK_EQ(file.targets, 1);
    CHECK_EQ(file.ids.bcd_dfu, TN_DFU_DFUSE);
    CHECK_EQ(tn_dfu_segments(b.p, b.len, "x.dfu", &s, &fault), 0);
    CHECK_EQ(s.n, 2);
    CHECK_EQ(s.list[0].addr, 0x08004000);
    CHECK_MEM(s.list[0].bytes.p, "first", 5);
    CHECK_EQ(s.list[1].addr, 0x08008000);
    CHECK_EQ(s.list[1].bytes.len, 3);
    tn_segments_free(&s);
    tn_buf_free(&b);
}

TEST(every_cut_of_a_dfuse_file_is_noticed) {
    struct tn_buf b = make_dfuse();

    for (size_t len = 0; len < b.len; len++) {
        CHECK_EQ(read_copy(b.p, len), -1);
        CHECK(fault.text[0]);
    }
    tn_buf_free(&b);
}

// Sizes and counts that lie, with a right CRC.
TEST(a_dfuse_file_that_contradicts_itself_is_refused) {
    static const size_t fields[] = {
            6, 10, TARGET_AT + 266, TARGET_AT + 270, ELEMENT_AT + 4, ELEMENT_AT + 8 + 5 + 4};
    static const uint8_t values[] = {0, 1, 2, 4, 7, 0x7f, 0xff};
    struct tn_buf b = make_dfuse();

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        for (size_t byte = 0; byte < (fields[i] == 10 ? 1 : 4); byte++) {
            for (size_t v = 0; v < sizeof(values); v++) {
                uint8_t *p = b.p + fields[i] + byte;
                uint8_t was = *p;
                *p = values[v];
                mend_crc(&b);
                CHECK_EQ(read_copy(b.p, b.len), was == values[v] ? 0 : -1);
                CHECK(was == values[v] || fault.kind == TN_FAULT_MALFORMED);
                *p = was;
            }
        }
    }
    tn_buf_free(&b);
}

TEST(an_element_may_end_with_the_address_space_but_not_behind_it) {
    struct tn_buf b = make_dfuse();

    tn_put_le32(b.p + ELEMENT_AT, UINT32_MAX - 4);
    mend_crc(&b);
    CHECK_EQ(read_copy(b.p, b.len), 0);
    tn_put_le32(b.p + ELEMENT_AT, UINT32_MAX - 3);
    mend_crc(&b);
    CHECK_EQ(read_copy(b.p, b.len), -1);
    CHECK_EQ(fault.kind, TN_FAULT_MALFORMED);
    tn_buf_free(&b);
}

TEST(a_file_for_two_memories_is_no_run_of_bytes) {
    struct tn_buf b = make_dfuse();
    size_t target = b.len - 16 - TARGET_AT;
    struct tn_buf two = {calloc(1, b.len + target), b.len + target};
    struct tn_segments s = {0};

    memcpy(two.p, b.p, b.len - 16);
    memcpy(two.p + b.len - 16, b.p + TARGET_AT, target);
    memcpy(two.p + two.len - 16, b.p + b.len - 16, 16);
    two.p[b.len - 16 + 6] = 2;  // the second target's alternate
    two.p[10] = 2;
    tn_put_le32(two.p + 6, (uint32_t)two.len - 16);
    mend_crc(&two);
    CHECK_EQ(read_copy(two.p, two.len), 0);
    CHECK_EQ(file.targets, 2);
    CHECK_EQ(tn_dfu_segments(two.p, two.len, "x.dfu", &s, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_UNSUPPORTED);
    tn_segments_free(&s);
    tn_buf_free(&two);
    tn_buf_free(&b);
}

TEST(a_name_that_controls_terminals_is_made_safe) {
    struct tn_buf b = make_dfuse();
    struct tn_segments s = {0};

    memset(b.p + TARGET_AT + 11, 'x', 255);  // no 0 at its end
    b.p[TARGET_AT + 11] = '\033';
    mend_crc(&b);
    CHECK_EQ(tn_dfu_segments(b.p, b.len, "x.dfu", &s, &fault), 0);
    tn_segments_free(&s);
    tn_buf_free(&b);
}

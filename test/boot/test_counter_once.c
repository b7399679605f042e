// SPDX-License-Identifier: Apache-2.0
// A security counter in memory that is written once: the model of a NOR flash, which nobody erases.
#include "base/bytes.h"
#include "base/compiler.h"
#include "base/err.h"
#include "boot/counter_once.h"
#include "nor.h"
#include "test.h"

enum {
    SIZE = 128,
};

static uint8_t mem[SIZE];
static struct tn_nor nor;
static struct tn_flash_run run;
static struct tn_area area;
static const struct tn_counter_once once = {
        {tn_counter_once_read, tn_counter_once_raise, NULL}, &area};

static void begin(uint16_t unit) {
    memset(mem, 0xff, sizeof(mem));
    run = (struct tn_flash_run){SIZE, 1};
    tn_nor_init(&nor, mem, &run, 1, unit, 0xff);
    area = (struct tn_area){&nor.flash, 0, SIZE};
}

static uint32_t now(void) {
    uint32_t value = UINT32_MAX;

    CHECK_EQ(tn_counter_once_read(&once.counter, &value), 0);
    return value;
}

TEST(it_begins_at_0_and_never_goes_down) {
    begin(8);
    CHECK_EQ(now(), 0);
    CHECK_EQ(tn_counter_once_raise(&once.counter, 7), 0);
    CHECK_EQ(tn_counter_once_raise(&once.counter, 3), 0);
    CHECK_EQ(tn_counter_once_raise(&once.counter, 7), 0);
    CHECK_EQ(now(), 7);
    CHECK_EQ(nor.ops, 1);  // one place was written
    CHECK_EQ(tn_counter_once_raise(&once.counter, UINT32_MAX), 0);
    CHECK_EQ(now(), UINT32_MAX);
    CHECK_EQ(nor.violations, 0);
}

TEST(a_place_is_a_write_unit_at_least) {
    static const uint16_t units[] = {1, 4, 8, 16, 32};

    for (size_t i = 0; i < TN_LEN(units); i++) {
        uint32_t place = units[i] < 8 ? 8 : units[i];
        begin(units[i]);
        for (uint32_t n = 1; n <= SIZE / place; n++) {
            CHECK_EQ(tn_counter_once_raise(&once.counter, n * 3), 0);
            CHECK_EQ(now(), n * 3);
        }
        CHECK_EQ(tn_counter_once_raise(&once.counter, 1000), TN_ENOSPC);
        CHECK_EQ(now(), SIZE / place * 3);
        CHECK_EQ(nor.violations, 0);
    }
}

// The power goes at every write, in every way. Afterwards the old or the new value counts, and the
// next raise works.
TEST(a_cut_leaves_the_old_value_or_the_new_one) {
    static const uint16_t units[] = {1, 4, 8, 16};

    for (uint32_t seed = 0; seed < 3000; seed++) {
        begin(units[seed % TN_LEN(units)]);
        CHECK_EQ(tn_counter_once_raise(&once.counter, 0x1234), 0);
        nor.cut_at = nor.ops + 1 + seed / 12 % 2;
        nor.cut = (enum tn_nor_cut)(seed / 4 % 3);
        nor.seed = seed;
        int err = tn_counter_once_raise(&once.counter, 0x56789);
        tn_nor_power_on(&nor);
        CHECK(now() == 0x56789 || (err && now() == 0x1234));
        CHECK_EQ(tn_counter_once_raise(&once.counter, 0x6789a), 0);
        CHECK_EQ(now(), 0x6789a);
        CHECK_EQ(nor.violations, 0);
    }
}

// What is written by chance, by another program or by half of a write is no value.
TEST(only_a_value_with_its_complement_counts) {
    begin(8);
    tn_put_le32(mem, 99);
    CHECK_EQ(now(), 0);
    tn_put_le32(mem + 4, ~99u ^ 0x100u);
    CHECK_EQ(now(), 0);
    CHECK_EQ(tn_counter_once_raise(&once.counter, 5), 0);
    CHECK_EQ(tn_get_le32(mem + 8), 5);  // the next place
    memset(mem + 16, 0, 8);
    CHECK_EQ(now(), 5);
}

// An application can write there, too.
TEST(a_lower_value_behind_it_does_not_count) {
    begin(8);
    CHECK_EQ(tn_counter_once_raise(&once.counter, 5), 0);
    tn_put_le32(mem + 8, 4);
    tn_put_le32(mem + 12, ~4u);
    CHECK_EQ(now(), 5);
}

static const struct tn_flash_ops *whole;

// The ECC of the first place is wrong.
static int first_is_lost(const struct tn_flash *f, uint32_t off, void *buf, uint32_t len) {
    return off < TN_COUNTER_ONCE_PLACE ? TN_EIO : whole->read(f, off, buf, len);
}

TEST(a_place_that_cannot_be_read_is_passed_over) {
    struct tn_flash_ops ops;

    begin(8);
    whole = nor.flash.ops;
    ops = *whole;
    ops.read = first_is_lost;
    nor.flash.ops = &ops;
    CHECK_EQ(now(), 0);
    CHECK_EQ(tn_counter_once_raise(&once.counter, 6), 0);
    CHECK_EQ(now(), 6);
    CHECK_EQ(tn_get_le32(mem + 8), 6);
}

static int broken(const struct tn_flash *f, uint32_t off, void *buf, uint32_t len) {
    (void)f, (void)off, (void)buf, (void)len;
    return TN_ETIMEOUT;
}

// A memory that does not answer is not an empty one.
TEST(an_error_is_no_value) {
    static const struct tn_flash_ops ops = {.read = broken};
    uint32_t value = 77;

    begin(8);
    nor.flash.ops = &ops;
    CHECK_EQ(tn_counter_once_read(&once.counter, &value), TN_ETIMEOUT);
    CHECK_EQ(value, 77);
    CHECK_EQ(tn_counter_once_raise(&once.counter, 78), TN_ETIMEOUT);
}

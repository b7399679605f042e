// SPDX-License-Identifier: Apache-2.0
// Areas: bounds, alignment and uneven sectors, over the NOR model.
#include "base/err.h"
#include "flash/area.h"
#include "nor.h"
#include "test.h"

// The pattern of an STM32F4: 4 x 16, 1 x 64, 3 x 128, here in units of 16 bytes.
static const struct tn_flash_run runs[] = {{256, 4}, {1024, 1}, {2048, 3}};
static uint8_t mem[8192];
static struct tn_nor nor;

static struct tn_area area(uint32_t off, uint32_t size) {
    memset(mem, 0xff, sizeof(mem));
    tn_nor_init(&nor, mem, runs, 3, 4, 0xff);
    return (struct tn_area){&nor.flash, off, size};
}

TEST(sectors_of_every_offset_are_found_on_an_uneven_flash) {
    struct tn_area a = area(0, sizeof(mem));
    for (uint32_t off = 0; off < sizeof(mem); off++) {
        uint32_t size = off < 1024 ? 256 : off < 2048 ? 1024 : 2048;
        uint32_t base = off < 1024 ? 0 : off < 2048 ? 1024 : 2048;
        struct tn_sector s;
        CHECK_EQ(tn_area_sector(&a, off, &s), 0);
        CHECK_EQ(s.size, size);
        CHECK_EQ(s.off, base + (off - base) / size * size);
    }
    struct tn_sector s = {1, 2};
    CHECK_EQ(tn_area_sector(&a, sizeof(mem), &s), TN_ERANGE);
    CHECK_EQ(s.off, 1);
}

TEST(nothing_outside_of_the_area_is_touched) {
    struct tn_area a = area(1024, 1024);
    uint8_t buf[16] = {0};
    static const struct {
        uint32_t off;
        uint32_t len;
    } bad[] = {{1024, 4}, {1020, 8}, {0xfffffffc, 4}, {4, 0xfffffffc}, {2048, 0}};
    for (size_t i = 0; i < 5; i++) {
        CHECK_EQ(tn_area_read(&a, bad[i].off, buf, bad[i].len), TN_ERANGE);
        CHECK_EQ(tn_area_prog(&a, bad[i].off, buf, bad[i].len), TN_ERANGE);
    }
    struct tn_sector sector;
    CHECK_EQ(tn_area_erase(&a, 1024, &sector), TN_ERANGE);
    CHECK_EQ(nor.ops, 0);
    CHECK_EQ(tn_area_prog(&a, 1020, buf, 4), 0);
    CHECK_EQ(tn_area_read(&a, 1024, buf, 0), 0);
}

TEST(a_sector_that_the_area_does_not_own_whole_is_not_erased) {
    struct tn_area a = area(1280, 512);  // inside of the sector at 1024
    struct tn_sector sector;
    CHECK_EQ(tn_area_erase(&a, 0, &sector), TN_ERANGE);
    CHECK_EQ(nor.ops, 0);
}

TEST(misaligned_programming_is_refused) {
    struct tn_area a = area(0, 1024);
    uint8_t buf[16] = {0};
    for (uint32_t off = 1; off < 4; off++) {
        CHECK_EQ(tn_area_prog(&a, off, buf, 4), TN_ERANGE);
        CHECK_EQ(tn_area_prog(&a, 0, buf, off), TN_ERANGE);
    }
    CHECK_EQ(nor.violations, 0);
}

TEST(put_fills_the_last_unit_with_the_erased_value) {
    struct tn_area a = area(0, 1024);
    CHECK_EQ(tn_area_put(&a, 8, "\1\2\3\4\5", 5), 0);
    CHECK_MEM(mem + 8, "\1\2\3\4\5\xff\xff\xff\xff", 9);
    uint8_t large[TN_FLASH_UNIT_MAX + 1];
    // What does not begin on a unit is led by erased bytes.
    CHECK_EQ(tn_area_put(&a, 34, "\1\2\3", 3), 0);
    CHECK_MEM(mem + 32, "\xff\xff\1\2\3\xff\xff\xff", 8);
    CHECK_EQ(tn_area_put(&a, 64, large, sizeof(large)), TN_ERANGE);
}

TEST(comparisons_see_every_byte_and_never_an_unreadable_one) {
    struct tn_area a = area(0, 4096);
    for (uint32_t at = 0; at < 200; at++) {
        memset(mem, 0xff, sizeof(mem));
        CHECK(tn_area_is_erased(&a, 0, 200));
        CHECK(tn_area_is_equal(&a, 0, &a, 1024, 200));
        mem[at] = 0xfe;
        CHECK(!tn_area_is_erased(&a, 0, 200));
        CHECK(!tn_area_is_equal(&a, 0, &a, 1024, 200));
    }
    nor.dead = true;
    CHECK(!tn_area_is_erased(&a, 1024, 4));
    CHECK(!tn_area_is_equal(&a, 1024, &a, 2048, 4));
}

// The model that all power tests rest on.
TEST(the_model_keeps_a_nors_rules) {
    struct tn_area a = area(0, 4096);
    CHECK_EQ(tn_area_prog(&a, 0, "\x0f\x0f\x0f\x0f", 4), 0);
    CHECK_EQ(nor.violations, 0);
    CHECK_EQ(tn_area_prog(&a, 0, "\xf0\x0f\x0f\x0f", 4), 0);
    CHECK_EQ(mem[0], 0x00);  // bits are only cleared
    CHECK_EQ(nor.violations, 1);
    struct tn_sector sector;
    CHECK_EQ(tn_area_erase(&a, 3, &sector), 0);
    CHECK_EQ(sector.off, 0);
    CHECK_EQ(mem[0], 0xff);
    nor.cut_at = 4;
    nor.cut = TN_NOR_CUT_TORN;
    CHECK_EQ(tn_area_prog(&a, 0, "\0\0\0\0\0\0\0\0", 8), TN_EIO);
    CHECK(nor.dead);
    CHECK(memcmp(mem, "\0\0\0\0\0\0\0\0", 8) != 0);
    CHECK_EQ(tn_area_erase(&a, 0, &sector), TN_EIO);
    CHECK_EQ(nor.ops, 4);
}

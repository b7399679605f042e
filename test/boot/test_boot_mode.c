// SPDX-License-Identifier: Apache-2.0
// Zephyr's retained boot mode.
#include "boot/boot_mode.h"
#include "test.h"

static uint8_t mem[TN_BOOT_MODE_AREA];

static void load(const struct tn_retained *r, void *buf, size_t len) {
    (void)r;
    memcpy(buf, mem, len);
}

static void store(const struct tn_retained *r, const void *buf, size_t len) {
    (void)r;
    memcpy(mem, buf, len);
}

static const struct tn_retained retained = {load, store, NULL};

static const struct tn_boot_mode_area areas[] = {
        {&retained, NULL, 0, 0, 1},
        {&retained, "\x08\x04", 2, 0, 3},
        {&retained, NULL, 0, 1, 2},
        {&retained, "\x08\x04", 2, 1, 16},
        {&retained, "\x08\x04", 2, 2, 16},
        {&retained, "\x08\x04", 2, 4, 64},
};

#define EACH_AREA(a) for (const struct tn_boot_mode_area *a = areas; a < areas + TN_LEN(areas); a++)

// CRC-8 of the byte 1 is the polynomial; CRC-16 is that of Python's binascii.crc_hqx.
TEST(the_bytes_are_zephyrs) {
    static const uint8_t crc_8[] = {1, 0x12};
    static const uint8_t crc_16[] = {8, 4, 1, 0x21, 0x10};
    static const struct tn_boot_mode_area two = {&retained, NULL, 0, 1, 2};
    static const struct tn_boot_mode_area five = {&retained, "\x08\x04", 2, 2, 5};

    tn_boot_mode_put(&two, TN_BOOT_MODE_BOOTLOADER);
    CHECK(memcmp(mem, crc_8, sizeof(crc_8)) == 0);
    tn_boot_mode_put(&five, TN_BOOT_MODE_BOOTLOADER);
    CHECK(memcmp(mem, crc_16, sizeof(crc_16)) == 0);
}

TEST(a_mode_is_taken_once_after_a_reset_by_software) {
    EACH_AREA(a) {
        tn_boot_mode_put(a, TN_BOOT_MODE_BOOTLOADER);
        CHECK(tn_boot_mode_take(a, TN_RESET_SOFTWARE));
        CHECK(!tn_boot_mode_take(a, TN_RESET_SOFTWARE));
    }
}

TEST(no_other_reset_counts_and_the_mode_does_not_wait_for_a_later_one) {
    EACH_AREA(a) {
        for (int cause = TN_RESET_UNKNOWN; cause <= TN_RESET_WATCHDOG; cause++) {
            if (cause != TN_RESET_SOFTWARE) {
                tn_boot_mode_put(a, TN_BOOT_MODE_BOOTLOADER);
                CHECK(!tn_boot_mode_take(a, (enum tn_reset_cause)cause));
                CHECK(!tn_boot_mode_take(a, TN_RESET_SOFTWARE));
            }
        }
    }
}

TEST(other_modes_stay) {
    EACH_AREA(a) {
        tn_boot_mode_put(a, 0x80);
        uint8_t before[TN_BOOT_MODE_AREA];
        memcpy(before, mem, sizeof(mem));
        CHECK(!tn_boot_mode_take(a, TN_RESET_SOFTWARE));
        CHECK(memcmp(mem, before, a->size) == 0);
    }
}

TEST(a_wrong_bit_of_prefix_data_or_checksum_is_no_mode) {
    EACH_AREA(a) {
        for (int bit = 0; bit < a->size * 8; bit++) {
            bool checked = a->checksum_len || bit / 8 <= a->prefix_len;
            tn_boot_mode_put(a, TN_BOOT_MODE_BOOTLOADER);
            mem[bit / 8] ^= (uint8_t)(1 << bit % 8);
            CHECK(!tn_boot_mode_take(a, TN_RESET_SOFTWARE) || !checked);
        }
    }
}

// Without prefix and checksum, random RAM could ask for the bootloader at each reset by software.
TEST(what_ram_holds_after_a_power_on_never_counts) {
    EACH_AREA(a) {
        for (int value = 0; value < 256; value++) {
            memset(mem, value, sizeof(mem));
            CHECK(!tn_boot_mode_take(a, TN_RESET_POWER));
            CHECK(!tn_boot_mode_take(a, TN_RESET_SOFTWARE));
        }
    }
}

TEST(nothing_beside_the_area_is_written) {
    EACH_AREA(a) {
        memset(mem, 0xa5, sizeof(mem));
        tn_boot_mode_put(a, TN_BOOT_MODE_BOOTLOADER);
        tn_boot_mode_take(a, TN_RESET_SOFTWARE);
        for (size_t i = a->size; i < sizeof(mem); i++) {
            CHECK_EQ(mem[i], 0xa5);
        }
    }
}

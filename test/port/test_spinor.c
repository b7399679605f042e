// SPDX-License-Identifier: Apache-2.0
// The driver of serial NOR flashes against the model of the chip: what it writes is there, no rule
// of the chip is broken, and chips that are absent, dead or lie are errors in bounded time.
#include "base/bytes.h"
#include "base/err.h"
#include "emu/core/nor.h"
#include "spinor/sfdp.h"
#include "spinor/spinor.h"
#include "test.h"

enum {
    SIZE = 2 << 20,
    LARGE = 32 << 20,
    USED = 256 << 10,  // of a flash that a board declares
    SECTOR = 8192,     // two erases of the chip
};

static uint8_t memory[LARGE];
static struct tn_emu_nor_chip chip;
static struct tn_emu_nor state;
static uint64_t now_us;
static uint64_t fed_us, longest_us;  // the watchdog
static bool selected;

static void select_chip(bool on) {
    if (selected && !on && chip.bytes) {
        tn_emu_nor_deselect(&state, &chip, now_us, NULL, NULL);
    }
    selected = on;
}

static void transfer(const uint8_t *out, uint8_t *in, uint32_t len) {
    CHECK(selected && len > 0 && len <= TN_SPINOR_TRANSFER_MAX);
    for (uint32_t i = 0; i < len; i++) {
        uint8_t got = 0xff;
        now_us++;
        if (chip.bytes) {
            got = tn_emu_nor_exchange(&state, &chip, now_us, out ? out[i] : 0xff);
        }
        if (in) {
            in[i] = got;
        }
    }
}

static uint32_t now_ms(void) {
    now_us += 10;
    return (uint32_t)(now_us / 1000);
}

static void alive(void) {
    longest_us = now_us - fed_us > longest_us ? now_us - fed_us : longest_us;
    fed_us = now_us;
}

static const struct tn_spinor_bus bus = {NULL, select_chip, transfer, now_ms, alive};
static struct tn_spinor driver;
static struct tn_flash_run runs[] = {{SECTOR, USED / SECTOR}};
static struct tn_flash flash;

static const struct tn_flash *begin(size_t len) {
    memset(memory, 0xff, len);
    chip = (struct tn_emu_nor_chip){.bytes = memory, .len = len};
    state = (struct tn_emu_nor){0};
    driver = (struct tn_spinor){.bus = &bus};
    runs[0] = (struct tn_flash_run){SECTOR, USED / SECTOR};
    flash = (struct tn_flash){.ops = &tn_spinor_ops,
            .runs = runs,
            .nruns = 1,
            .erased = 0xff,
            .prog_unit = 1,
            .size = USED,
            .ctx = &driver};
    now_us = fed_us = longest_us = 0;
    return &flash;
}

static int erase(const struct tn_flash *f, uint32_t off) {
    int rc;

    while ((rc = f->ops->erase(f, off)) == TN_MORE) {
    }
    return rc;
}

static void fill(uint8_t *buf, size_t len, uint32_t seed) {
    for (size_t i = 0; i < len; i++) {
        buf[i] = (uint8_t)tn_test_random(&seed);
    }
}

TEST(what_is_programmed_at_any_place_and_length_is_read_again) {
    const struct tn_flash *f = begin(SIZE);
    uint8_t out[700];
    uint8_t in[700];
    uint32_t at = 0;

    fill(out, sizeof(out), 1);
    for (uint32_t len = 0; at + len <= USED; len = (len + 37) % sizeof(out)) {
        CHECK_EQ(f->ops->prog(f, at, out, len), 0);
        CHECK_EQ(f->ops->read(f, at, in, len), 0);
        CHECK_MEM(in, out, len);
        CHECK_MEM(memory + at, out, len);
        at += len ? len : 1;
    }
    CHECK_EQ(state.violations, 0);
}

TEST(a_sector_of_several_blocks_is_erased_block_by_block) {
    const struct tn_flash *f = begin(SIZE);

    memset(memory, 0, USED);
    CHECK_EQ(f->ops->erase(f, SECTOR), TN_MORE);
    CHECK_EQ(memory[SECTOR + 4095], 0xff);
    CHECK_EQ(memory[SECTOR + 4096], 0);
    CHECK_EQ(f->ops->erase(f, SECTOR), 0);
    CHECK_EQ(memory[SECTOR - 1], 0);
    CHECK_EQ(memory[2 * SECTOR], 0);
    for (uint32_t i = SECTOR; i < 2 * SECTOR; i++) {
        CHECK_EQ(memory[i], 0xff);
    }
    CHECK_EQ(erase(f, 0), 0);
    CHECK_EQ(memory[0], 0xff);
    CHECK_EQ(state.violations, 0);
    alive();
    CHECK(longest_us < 2000);  // a watchdog is fed while the chip works
}

TEST(a_sector_whose_erase_was_given_up_is_erased_from_its_beginning) {
    const struct tn_flash *f = begin(SIZE);
    const uint8_t byte = 0x5a;

    CHECK_EQ(f->ops->erase(f, SECTOR), TN_MORE);
    CHECK_EQ(f->ops->prog(f, SECTOR, &byte, 1), 0);
    CHECK_EQ(erase(f, SECTOR), 0);
    CHECK_EQ(memory[SECTOR], 0xff);
    CHECK_EQ(f->ops->erase(f, SECTOR), TN_MORE);
    CHECK_EQ(erase(f, 0), 0);
    memory[SECTOR] = 0;
    CHECK_EQ(erase(f, SECTOR), 0);
    CHECK_EQ(memory[SECTOR], 0xff);
}

TEST(the_largest_erase_that_divides_the_sectors_is_used) {
    const struct tn_flash *f = begin(SIZE);

    runs[0] = (struct tn_flash_run){128 << 10, 2};
    memset(memory, 0, USED);
    CHECK_EQ(f->ops->erase(f, 128 << 10), TN_MORE);
    CHECK_EQ(memory[(192 << 10) - 1], 0xff);
    CHECK_EQ(memory[192 << 10], 0);
    CHECK_EQ(f->ops->erase(f, 128 << 10), 0);
    CHECK_EQ(memory[USED - 1], 0xff);
    CHECK_EQ(state.violations, 0);
}

static void use_end_of(const struct tn_flash *f) {
    uint8_t out[300];
    uint8_t in[300];

    fill(out, sizeof(out), 2);
    memory[LARGE - 1] = memory[LARGE - SECTOR] = 0;
    CHECK_EQ(erase(f, LARGE - SECTOR), 0);
    CHECK_EQ(f->ops->prog(f, LARGE - sizeof(out), out, sizeof(out)), 0);
    CHECK_EQ(f->ops->read(f, LARGE - sizeof(out), in, sizeof(in)), 0);
    CHECK_MEM(in, out, sizeof(in));
    CHECK_MEM(memory + LARGE - sizeof(out), out, sizeof(out));
    CHECK_EQ(memory[LARGE - SECTOR], 0xff);
    CHECK_EQ(state.violations, 0);
}

TEST(the_end_of_a_chip_above_16_mib_is_reached_by_commands_with_long_addresses) {
    const struct tn_flash *f = begin(LARGE);

    runs[0].count = LARGE / SECTOR;
    flash.size = LARGE;
    use_end_of(f);
    CHECK(!state.address_4);
}

TEST(the_end_of_a_chip_above_16_mib_is_reached_by_its_mode) {
    uint8_t tables[TN_EMU_NOR_SFDP];

    tn_emu_nor_tables(LARGE, true, tables);
    for (uint8_t ways = 0; ways < 4; ways++) {
        const struct tn_flash *f = begin(LARGE);
        tables[0x30 + 63] = ways;
        chip.sfdp = tables;
        chip.enter_wants_enable = ways == 2;
        runs[0].count = LARGE / SECTOR;
        flash.size = LARGE;
        if (ways) {
            use_end_of(f);
            CHECK(state.address_4);
        } else {
            CHECK_EQ(tn_spinor_open(f), TN_ENOTSUP);
        }
    }
}

TEST(a_chip_that_still_erases_or_sleeps_is_waited_for) {
    const struct tn_flash *f = begin(SIZE);
    uint8_t byte;

    state.busy_until = 2000000;  // a reset came during an erase
    CHECK_EQ(f->ops->read(f, 0, &byte, 1), 0);
    CHECK_EQ(byte, 0xff);
    CHECK(now_us >= 2000000);
    f = begin(SIZE);
    state.asleep = true;
    memory[0] = 0x12;
    CHECK_EQ(f->ops->read(f, 0, &byte, 1), 0);
    CHECK_EQ(byte, 0x12);
    CHECK_EQ(state.violations, 0);
}

TEST(a_chip_that_is_absent_broken_or_lies_is_an_error_in_bounded_time) {
    for (int kind = TN_EMU_NOR_HIGH; kind < TN_EMU_NOR_PROTECTED; kind++) {
        const struct tn_flash *f = begin(SIZE);
        uint8_t byte = 0x77;
        chip.kind = (enum tn_emu_nor_kind)kind;
        CHECK_EQ(f->ops->read(f, 0, &byte, 1), TN_ETIMEOUT);
        CHECK(now_us < 11000000);
        CHECK(tn_spinor_is_out(f));
        uint64_t since = now_us;
        CHECK_EQ(f->ops->prog(f, 0, &byte, 1), TN_ETIMEOUT);
        CHECK_EQ(f->ops->erase(f, 0), TN_ETIMEOUT);
        CHECK_EQ(since, now_us);  // it is not asked again
        chip.kind = TN_EMU_NOR_GOOD;
        CHECK_EQ(tn_spinor_open(f), 0);
        CHECK_EQ(f->ops->read(f, 0, &byte, 1), 0);
        alive();
        CHECK(longest_us < 5000);
    }
}

TEST(a_chip_that_refuses_to_write_is_an_error) {
    const struct tn_flash *f = begin(SIZE);
    uint8_t byte = 0;

    chip.kind = TN_EMU_NOR_PROTECTED;
    CHECK_EQ(f->ops->prog(f, 0, &byte, 1), TN_EIO);
    CHECK_EQ(f->ops->erase(f, 0), TN_EIO);
    CHECK_EQ(f->ops->read(f, 0, &byte, 1), 0);
    CHECK_EQ(byte, 0xff);
}

TEST(a_flash_that_the_chip_is_not_is_refused) {
    const struct tn_flash *f = begin(SIZE);

    flash.size = SIZE + SECTOR;
    runs[0].count = flash.size / SECTOR;
    CHECK_EQ(tn_spinor_open(f), TN_ENOTSUP);
    f = begin(SIZE);
    runs[0].sector_size = 2048;
    CHECK_EQ(tn_spinor_open(f), TN_ENOTSUP);
    f = begin(SIZE);
    flash.size = SIZE;
    CHECK_EQ(tn_spinor_open(f), 0);
}

// Erases, programs and reads. True if all was said to work; then it did.
static bool works(const struct tn_flash *f) {
    uint8_t out[600];
    uint8_t in[600];

    fill(out, sizeof(out), 3);
    memset(memory, 0x0f, SECTOR);
    if (erase(f, 0)) {
        return false;
    }
    CHECK_EQ(memory[SECTOR - 1], 0xff);
    if (f->ops->prog(f, 100, out, sizeof(out))) {
        return false;
    }
    CHECK_MEM(memory + 100, out, sizeof(out));
    if (f->ops->read(f, 100, in, sizeof(in))) {
        return false;
    }
    CHECK_MEM(in, out, sizeof(in));
    return true;
}

TEST(a_chip_that_dies_at_any_command_never_seems_to_work) {
    for (int low = 0; low < 2; low++) {
        uint32_t at = 1;
        for (bool worked = false; !worked; at++) {
            const struct tn_flash *f = begin(SIZE);
            chip.dies_at = at;
            chip.dies_low = low;
            worked = works(f);
            CHECK(worked || tn_spinor_is_out(f));
            CHECK_EQ(state.violations, 0);
            CHECK(now_us < 11000000);
        }
        CHECK(at > 100);
    }
}

// ---- Tables --------------------------------------------------------------------------------

static int read_table(void *ctx, uint32_t addr, void *buf, uint32_t len) {
    uint8_t *to = buf;

    for (uint32_t i = 0; i < len; i++) {
        to[i] = ((const uint8_t *)ctx)[(addr + i) % TN_EMU_NOR_SFDP];
    }
    return 0;
}

static int fail_table(void *ctx, uint32_t addr, void *buf, uint32_t len) {
    unsigned *left = ctx;
    static uint8_t tables[TN_EMU_NOR_SFDP];

    if (!*left) {
        return TN_EIO;
    }
    (*left)--;
    tn_emu_nor_tables(LARGE, false, tables);
    return read_table(tables, addr, buf, len);
}

TEST(the_tables_of_a_chip_are_read) {
    uint8_t t[TN_EMU_NOR_SFDP];
    struct tn_sfdp d;

    tn_emu_nor_tables(SIZE, false, t);
    CHECK_EQ(tn_sfdp_get(read_table, t, &d), 0);
    CHECK_EQ(d.size, SIZE);
    CHECK_EQ(d.page, 256);
    CHECK_EQ(d.address, TN_SFDP_ADDRESS_3);
    CHECK(!d.enter && !d.enter_enabled && !d.reads_4);
    CHECK_EQ(d.erase[0].size, 4096);
    CHECK_EQ(d.erase[0].command, 0x20);
    CHECK_EQ(d.erase[1].size, 65536);
    CHECK_EQ(d.erase[1].command, 0xd8);
    CHECK_EQ(d.erase[2].size, 0);
    tn_emu_nor_tables(LARGE, false, t);
    CHECK_EQ(tn_sfdp_get(read_table, t, &d), 0);
    CHECK_EQ(d.size, LARGE);
    CHECK_EQ(d.address, TN_SFDP_ADDRESS_3_OR_4);
    CHECK(d.enter && d.reads_4);
    CHECK_EQ(d.erase[1].command4, 0xdc);
    t[0x30 + 4 * 1 + 3] = 0x80;  // 2^N bits
    t[0x30 + 4 * 1 + 2] = t[0x30 + 4 * 1 + 1] = 0;
    static const struct {
        uint8_t exponent;
        int err;
        uint32_t size;
    } sizes[] = {{31, TN_ECORRUPT, 0}, {32, 0, 1u << 29}, {34, 0, 1u << 31}, {35, TN_ENOTSUP, 0}};
    for (size_t i = 0; i < 4; i++) {
        t[0x30 + 4] = sizes[i].exponent;
        CHECK_EQ(tn_sfdp_get(read_table, t, &d), sizes[i].err);
        CHECK(sizes[i].err || d.size == sizes[i].size);
    }
}

// The first revision has 9 words, and does not say how large a page is.
TEST(short_tables_are_enough_and_the_longer_one_counts) {
    uint8_t t[TN_EMU_NOR_SFDP];
    struct tn_sfdp d;

    tn_emu_nor_tables(SIZE, false, t);
    t[11] = 9;
    CHECK_EQ(tn_sfdp_get(read_table, t, &d), 0);
    CHECK_EQ(d.page, 64);
    t[0x30] &= (uint8_t)~4u;
    CHECK_EQ(tn_sfdp_get(read_table, t, &d), 0);
    CHECK_EQ(d.page, 1);
    memcpy(t + 16, t + 8, 8);
    t[6] = 1;
    t[19] = 16;
    CHECK_EQ(tn_sfdp_get(read_table, t, &d), 0);
    CHECK_EQ(d.page, 256);
    t[11] = t[19] = 8;
    CHECK_EQ(tn_sfdp_get(read_table, t, &d), TN_ECORRUPT);
}

TEST(chips_that_this_driver_cannot_use_are_refused) {
    uint8_t t[TN_EMU_NOR_SFDP];
    struct tn_sfdp d = {.size = 77};
    static const struct {
        uint8_t at, value;
        int err;
    } changes[] = {{0, 'T', TN_ENOENT}, {5, 2, TN_ENOENT}, {10, 2, TN_ECORRUPT},
            {15, 0, TN_ECORRUPT}, {0x30 + 4, 0xf7, TN_ECORRUPT}, {0x30 + 5, 0, TN_ECORRUPT},
            {0x30 + 2, 0xf7, TN_ECORRUPT}};
    for (size_t i = 0; i < 7; i++) {
        tn_emu_nor_tables(SIZE, false, t);
        t[changes[i].at] = changes[i].value;
        CHECK_EQ(tn_sfdp_get(read_table, t, &d), changes[i].err);
    }
    tn_emu_nor_tables(LARGE, false, t);
    t[16] = 0x81;  // a map of sectors
    CHECK_EQ(tn_sfdp_get(read_table, t, &d), TN_ENOTSUP);
    CHECK_EQ(d.size, 77);
}

TEST(every_error_of_the_reader_is_passed_on) {
    struct tn_sfdp d;
    unsigned n = 0;

    for (unsigned left = 0; (left = n, tn_sfdp_get(fail_table, &left, &d)) != 0; n++) {
        CHECK(n < 100);
    }
    CHECK_EQ(n, 5);  // header, two headers of tables, two tables
}

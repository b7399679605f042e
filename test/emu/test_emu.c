// SPDX-License-Identifier: Apache-2.0
// Tests the emulated chip itself, with programs of a few instructions.
#include "base/compiler.h"
#include "emu/chip/chips.h"
#include "emu/core/emu.h"
#include "test.h"

enum {
    RAM = 0x20000000,  // address of the chip's RAM
    CODE = 0x1000,     // bytes that may be executed
    TABLE = 0x100,     // of the program's stores: address, value; an address of 0 ends it
    HANDLER = 0x60,    // of HardFault
    OUTSIDE = 0x2000,  // an address outside of the loader
    WORD = 0x4000,     // address of a word in a page of its own
    CONFIG = 0x4001e504,
    ERASEPAGE = 0x4001e508,
    ERASEPAGEPARTIAL = 0x4001e518,
    ERASEPAGEPARTIALCFG = 0x4001e51c,
    RESETREAS = 0x40000400,
    WEN = 1,
    EEN = 2,
};
#define AIRCR 0xe000ed0cu
#define AIRCR_RESET 0x05fa0004u

// Carries out the stores of TABLE, then branches to itself.
static const uint16_t storer[] = {
        0x2001,  // movs r0, #1
        0x0200,  // lsls r0, #8
        0xc806,  // ldmia r0!, {r1, r2}
        0x2900,  // cmp r1, #0
        0xd001,  // beq end
        0x600a,  // str r2, [r1]
        0xe7fa,  // b ldmia
        0xe7fe,  // end: b end
};

// Counts down from 10, then goes to OUTSIDE: 1 + 2 * 10 + 3 instructions.
static const uint16_t counter[] = {
        0x200a,  // movs r0, #10
        0x3801,  // subs r0, #1
        0xd1fd,  // bne subs
        0x2001,  // movs r0, #1
        0x0340,  // lsls r0, #13
        0x3001,  // adds r0, #1
        0x4700,  // bx r0
};
enum { COUNTER_INSNS = 1 + 2 * 10 + 4 };

// Requests a reset.
static const uint16_t resetter[] = {
        0x4801,          // ldr r0, [pc, #4]
        0x4902,          // ldr r1, [pc, #8]
        0x6008,          // str r0, [r1]
        0xe7fe,          // b itself
        0x0004, 0x05fa,  // AIRCR_RESET
        0xed0c, 0xe000,  // AIRCR
};

static struct tn_emu emu;

static void put(uint32_t addr, uint32_t value) {
    memcpy(emu.flash + addr, &value, 4);
}

static uint32_t get(uint32_t addr) {
    uint32_t v;

    memcpy(&v, emu.flash + addr, 4);
    return v;
}

static void begin_on(const struct tn_emu_chip *chip, const uint16_t *program, size_t size) {
    tn_emu_close(&emu);
    CHECK_EQ(tn_emu_open(&emu, chip, CODE), 0);
    put(0, RAM + 0x400);
    put(4, 0x40 | 1);
    put(12, HANDLER | 1);
    memcpy(emu.flash + 0x40, program, size);
    memcpy(emu.flash + HANDLER, resetter, sizeof(resetter));
}

static void begin(const uint16_t *program, size_t size) {
    begin_on(&tn_emu_nrf51822, program, size);
}

// Runs the storer over pairs of address and value.
static enum tn_emu_end stores(const uint32_t *pairs, size_t n) {
    memcpy(emu.flash + TABLE, pairs, n * 4);
    put(TABLE + (uint32_t)n * 4, 0);
    tn_emu_power_on(&emu, 1);
    return tn_emu_run(&emu);
}

#define STORES(...)                                                                                \
    stores((const uint32_t[]){__VA_ARGS__}, sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

TEST(instructions_are_counted_one_by_one) {
    begin(counter, sizeof(counter));
    CHECK_EQ(tn_emu_boot(&emu, 1, 0), TN_EMU_LEFT);
    CHECK_EQ(emu.pc, OUTSIDE);
    CHECK_EQ(emu.insns, COUNTER_INSNS);
    CHECK_EQ(tn_emu_boot(&emu, 2, 0), TN_EMU_LEFT);
    CHECK_EQ(emu.insns, COUNTER_INSNS);
    emu.limit = 7;
    CHECK_EQ(tn_emu_boot(&emu, 2, 0), TN_EMU_LIMIT);
    CHECK_EQ(emu.insns, 7);
}

TEST(unwatched_code_runs_as_well) {
    begin(counter, sizeof(counter));
    CHECK_EQ(tn_emu_unwatch(&emu, 0x42, 0x46), 0);  // the loop
    CHECK_EQ(tn_emu_boot(&emu, 1, 0), TN_EMU_LEFT);
    CHECK_EQ(emu.pc, OUTSIDE);
    CHECK_EQ(emu.insns, COUNTER_INSNS - 2);  // the block before the loop reaches into it
    begin(counter, sizeof(counter));
    CHECK_EQ(tn_emu_unwatch(&emu, 0x42, 0x46), 0);
    put(0x44, 0xd1fdd1fe);  // bne itself: an endless loop
    emu.limit = 7000;
    CHECK_EQ(tn_emu_boot(&emu, 1, 0), TN_EMU_LIMIT);
    CHECK(emu.insns - 7000 < 2);
    for (uint32_t i = 1; i < TN_EMU_UNWATCHED; i++) {
        CHECK_EQ(tn_emu_unwatch(&emu, 0x100 * i, 0x100 * i + 2), 0);
    }
    CHECK_EQ(tn_emu_unwatch(&emu, 0xf00, 0xf02), -1);
}

TEST(a_jump_without_the_thumb_bit_is_a_fault) {
    begin(counter, sizeof(counter));
    emu.flash[0x40 + 2 * 5] = 0xc0;  // mov r8, r8 instead of adds
    emu.flash[0x41 + 2 * 5] = 0x46;
    CHECK_EQ(tn_emu_boot(&emu, 1, 0), TN_EMU_RESET);
    CHECK_EQ(emu.faults, 1);
}

TEST(a_branch_to_itself_is_the_end) {
    begin(storer, sizeof(storer));
    CHECK_EQ(STORES(RAM, 5), TN_EMU_IDLE);
    CHECK_EQ(emu.ram[0], 5);
}

TEST(flash_takes_what_the_controller_allows) {
    begin(storer, sizeof(storer));
    STORES(WORD, 0);
    CHECK_EQ(get(WORD), 0xffffffff);
    CHECK_EQ(emu.violations, 1);
    STORES(CONFIG, WEN, WORD, 0x12345678);
    CHECK_EQ(get(WORD), 0x12345678);
    CHECK_EQ(emu.violations, 0);
    CHECK_EQ(emu.units, 1);
    STORES(CONFIG, WEN, WORD, 0xff00ff00);  // bits only go from 1 to 0
    CHECK_EQ(get(WORD), 0x12005600);
    CHECK_EQ(emu.violations, 0);
    STORES(CONFIG, WEN, WORD, 0);  // a third write of this unit
    CHECK_EQ(emu.violations, 1);
    STORES(CONFIG, WEN, ERASEPAGE, WORD);  // not allowed in this mode
    CHECK_EQ(get(WORD), 0);
    CHECK_EQ(emu.violations, 1);
    STORES(CONFIG, EEN, ERASEPAGE, WORD, CONFIG, WEN, WORD + 4, 7);
    CHECK_EQ(get(WORD), 0xffffffff);
    CHECK_EQ(get(WORD + 4), 7);
    CHECK_EQ(emu.erases, 1);
    CHECK_EQ(emu.violations, 0);
    CHECK_EQ(STORES(CONFIG, EEN, WORD, 0, CONFIG, 0, WORD, 0), TN_EMU_IDLE);
    CHECK_EQ(get(WORD), 0xffffffff);
    CHECK_EQ(emu.violations, 2);
}

// 85 ms in all, and without another page in between.
TEST(a_page_of_the_nrf52_is_erased_in_parts) {
    const uint32_t other = WORD + 0x1000;

    begin_on(&tn_emu_nrf52840, storer, sizeof(storer));
    STORES(CONFIG, WEN, WORD, 0, WORD + 0x100, 0, WORD + 0xffc, 0);
    STORES(CONFIG, EEN, ERASEPAGEPARTIALCFG, 84, ERASEPAGEPARTIAL, WORD);
    CHECK(get(WORD) != UINT32_MAX || get(WORD + 0x100) != UINT32_MAX ||
            get(WORD + 0xffc) != UINT32_MAX);
    CHECK_EQ(emu.erases, 0);
    STORES(CONFIG, EEN, ERASEPAGEPARTIALCFG, 80, ERASEPAGEPARTIAL, WORD, ERASEPAGEPARTIAL, other,
            ERASEPAGEPARTIAL, WORD);
    CHECK_EQ(emu.erases, 0);
    STORES(CONFIG, EEN, ERASEPAGEPARTIALCFG, 43, ERASEPAGEPARTIAL, WORD, ERASEPAGEPARTIAL, WORD);
    CHECK_EQ(emu.erases, 1);
    CHECK_EQ(get(WORD), UINT32_MAX);
    CHECK_EQ(get(WORD + 0x100), UINT32_MAX);
    CHECK_EQ(get(WORD + 0xffc), UINT32_MAX);
    CHECK_EQ(emu.violations, 0);
    STORES(ERASEPAGEPARTIAL, WORD);  // CONFIG does not permit it
    CHECK_EQ(emu.violations, 1);
    begin(storer, sizeof(storer));
    STORES(CONFIG, EEN, ERASEPAGEPARTIAL, WORD);  // the nRF51 has no such register
    CHECK_EQ(emu.violations, 1);
}

TEST(locked_flash_takes_no_write_until_a_reset) {
    const uint32_t protenset0 = 0x40000600;  // a bit a block of 4 KiB
    const uint32_t lock = 1u << WORD / 0x1000;

    begin(storer, sizeof(storer));
    STORES(protenset0, lock, CONFIG, WEN, WORD, 0, CONFIG, EEN, ERASEPAGE, WORD, CONFIG, WEN,
            WORD + 0x1000, 7);
    CHECK_EQ(get(WORD), 0xffffffff);
    CHECK_EQ(get(WORD + 0x1000), 7);
    CHECK_EQ(emu.violations, 2);
    STORES(CONFIG, WEN, WORD, 5);
    CHECK_EQ(get(WORD), 5);
}

static unsigned ops, calls;

static void stop_at_third(struct tn_emu *e, const struct tn_emu_op *op) {
    calls += op->begins_call;
    if (++ops == 3) {
        CHECK(!op->is_erase);
        CHECK_EQ(op->off, WORD + 4);
        CHECK_EQ(op->len, 4);
        CHECK_EQ(op->data[0], 2);
        CHECK_EQ(get(WORD), 1);
        tn_emu_stop(e);
    }
}

TEST(power_can_be_cut_before_an_operation_or_within) {
    begin(storer, sizeof(storer));
    put(WORD, 0);
    ops = calls = 0;
    emu.on_op = stop_at_third;
    CHECK_EQ(STORES(CONFIG, EEN, ERASEPAGE, WORD, CONFIG, WEN, WORD, 1, WORD + 4, 2, WORD + 8, 3),
            TN_EMU_STOPPED);
    CHECK_EQ(calls, 2);
    CHECK_EQ(get(WORD), 1);
    CHECK_EQ(get(WORD + 4), 0xffffffff);
    CHECK_EQ(get(WORD + 8), 0xffffffff);

    const struct tn_emu_op word = {.off = WORD + 4, .len = 4, .data = {0xff, 0xff, 0, 0}};
    const struct tn_emu_op page = {.is_erase = true, .off = WORD, .len = 0x400};
    bool partial = false;
    for (uint32_t seed = 0; seed < 50; seed++) {
        put(WORD + 4, 0xff00ffff);
        tn_emu_tear(&emu, &word, seed);
        CHECK_EQ(get(WORD + 4) & 0x00ffffff, 0x0000ffff);  // nothing else changes
        partial |= get(WORD + 4) != 0xff00ffff && get(WORD + 4) != 0x0000ffff;
        put(WORD, 1);
        tn_emu_tear(&emu, &page, seed);
        CHECK(get(WORD) & 1);  // an erase clears no bit
    }
    CHECK(partial);
    tn_emu_do(&emu, &page);
    CHECK_EQ(get(WORD), 0xffffffff);
}

TEST(a_fault_is_taken_and_the_chip_knows_why_it_was_reset) {
    begin(storer, sizeof(storer));
    CHECK_EQ(STORES(0x30000000, 1), TN_EMU_RESET);  // no such memory
    CHECK_EQ(emu.faults, 1);
    CHECK_EQ(tn_emu_load(&emu, RESETREAS, 4), 0);
    tn_emu_reset(&emu);
    CHECK_EQ(tn_emu_load(&emu, RESETREAS, 4), 4);  // by the program
    tn_emu_reset(&emu);
    CHECK_EQ(tn_emu_load(&emu, RESETREAS, 4), 5);  // by the pin; the bits add up
    // tn_emu_boot: resets, until their number is used up.
    CHECK_EQ(tn_emu_boot(&emu, 1, 2), TN_EMU_RESET);
    CHECK_EQ(emu.faults, 3);
    put(12, 0x30000001);  // the handler faults too
    CHECK_EQ(tn_emu_boot(&emu, 1, 2), TN_EMU_LOCKUP);
}

TEST(ram_survives_a_reset_but_not_a_loss_of_power) {
    begin(storer, sizeof(storer));
    CHECK_EQ(STORES(RAM + 0x100, 0x55aa55aa, AIRCR, AIRCR_RESET), TN_EMU_RESET);
    tn_emu_reset(&emu);
    CHECK_EQ(emu.ram[0x100], 0xaa);
    tn_emu_power_on(&emu, 1);
    uint8_t one = emu.ram[0x200];
    CHECK(emu.ram[0x100] != 0xaa || emu.ram[0x101] != 0x55);
    tn_emu_power_on(&emu, 2);
    CHECK(emu.ram[0x200] != one);
    CHECK_EQ(tn_emu_load(&emu, RESETREAS, 4), 0);
}

static struct tn_emu other;

// A second chip that continues from any instruction reaches the same end.
static void fork_here(struct tn_emu *e, uint32_t addr, uint32_t size) {
    (void)size;
    tn_emu_copy(&other, e);
    CHECK_EQ(other.pc, addr);
    CHECK_EQ(tn_emu_run(&other), TN_EMU_LEFT);
    CHECK_EQ(other.pc, OUTSIDE);
    CHECK_EQ(other.insns, COUNTER_INSNS);
}

TEST(a_copy_goes_on_as_the_original_does) {
    begin(counter, sizeof(counter));
    CHECK_EQ(tn_emu_open(&other, &tn_emu_nrf51822, CODE), 0);
    emu.on_insn = fork_here;
    CHECK_EQ(tn_emu_boot(&emu, 1, 0), TN_EMU_LEFT);
    CHECK_EQ(emu.insns, COUNTER_INSNS);
    tn_emu_close(&other);
}

// ---- The core is the chip's ------------------------------------------------------------

// Runs one instruction. True if the core has it.
static bool executes(const struct tn_emu_chip *chip, uint16_t first, uint16_t second) {
    const uint16_t program[] = {0x2201, 0x2301, first, second, 0xe7fe};  // r2 and r3 are 1

    begin_on(chip, program, sizeof(program));
    enum tn_emu_end end = tn_emu_boot(&emu, 1, 0);
    CHECK_EQ(emu.faults, end != TN_EMU_IDLE);
    CHECK(end == TN_EMU_IDLE || end == TN_EMU_RESET);
    return end == TN_EMU_IDLE;
}

TEST(a_chip_executes_what_its_core_has_and_nothing_else) {
    static const struct {
        const char *name;
        uint16_t first, second;
        bool m0, m4, m33;
    } insns[] = {
            {"dmb", 0xf3bf, 0x8f5f, true, true, true},
            {"mrs r0, primask", 0xf3ef, 0x8010, true, true, true},
            {"movw r0, #0", 0xf240, 0x0000, false, true, true},
            {"sdiv r0, r2, r3", 0xfb92, 0xf0f3, false, true, true},
            {"umaal r0, r1, r2, r3", 0xfbe2, 0x0163, false, true, true},
            {"tt r0, r1", 0xe841, 0xf000, false, false, true},
            {"ldr r1, [r2], a word at address 1", 0x6811, 0xbf00, false, true, true},
    };
    for (size_t i = 0; i < TN_LEN(insns); i++) {
        print_message("%s\n", insns[i].name);
        CHECK_EQ(executes(&tn_emu_nrf51822, insns[i].first, insns[i].second), insns[i].m0);
        CHECK_EQ(executes(&tn_emu_nrf52840, insns[i].first, insns[i].second), insns[i].m4);
        CHECK_EQ(executes(&tn_emu_nrf5340, insns[i].first, insns[i].second), insns[i].m33);
    }
}

TEST(an_exception_ends_on_every_core) {
    static const struct tn_emu_chip *const chips[] = {
            &tn_emu_nrf51822, &tn_emu_nrf52840, &tn_emu_nrf5340};
    static const uint16_t program[] = {0xdf00, 0xe7fe};  // svc #0; end: b end
    static const uint16_t handler[] = {0x4770};          // bx lr

    for (size_t i = 0; i < TN_LEN(chips); i++) {
        begin_on(chips[i], program, sizeof(program));
        put(11 * 4, 0x80 | 1);
        memcpy(emu.flash + 0x80, handler, sizeof(handler));
        CHECK_EQ(tn_emu_boot(&emu, 1, 0), TN_EMU_IDLE);
        CHECK_EQ(emu.faults, 0);
        CHECK_EQ(emu.pc, 0x42);
        put(11 * 4, 0xffffffff);  // erased: there is no handler
        CHECK_EQ(tn_emu_boot(&emu, 1, 0), TN_EMU_LOCKUP);
    }
}

// The program puts 1 and 15 into the FPU's S0 and S15; a handler puts 99 there.
TEST(an_exception_keeps_the_registers_of_the_fpu) {
    static const uint16_t program[] = {
            0x2001,          // movs r0, #1
            0x210f,          // movs r1, #15
            0xee00, 0x0a10,  // vmov s0, r0
            0xee07, 0x1a90,  // vmov s15, r1
            0x466c,          // mov r4, sp
            0xdf00,          // svc #0
            0xee10, 0x5a10,  // vmov r5, s0
            0xee17, 0x6a90,  // vmov r6, s15
            0x466f,          // mov r7, sp
            0xe7fe,          // b itself
    };
    static const uint16_t handler[] = {
            0x46f0,          // mov r8, lr
            0x46e9,          // mov r9, sp
            0x2363,          // movs r3, #99
            0xee00, 0x3a10,  // vmov s0, r3
            0xee07, 0x3a90,  // vmov s15, r3
            0x4770,          // bx lr
    };

    begin_on(&tn_emu_nrf52840, program, sizeof(program));
    put(11 * 4, 0x80 | 1);
    memcpy(emu.flash + 0x80, handler, sizeof(handler));
    CHECK_EQ(tn_emu_boot(&emu, 1, 0), TN_EMU_IDLE);
    CHECK_EQ(emu.faults, 0);
    CHECK_EQ(tn_emu_reg(&emu, 5), 1);
    CHECK_EQ(tn_emu_reg(&emu, 6), 15);
    CHECK_EQ(tn_emu_reg(&emu, 7), tn_emu_reg(&emu, 4));
    // ARM DDI 0403, table B1-8: thread mode, main stack, extended frame of 26 words.
    CHECK_EQ(tn_emu_reg(&emu, 8), 0xffffffe9);
    CHECK_EQ(tn_emu_reg(&emu, 4) - tn_emu_reg(&emu, 9), 26 * 4);
    CHECK_EQ(tn_emu_reg(&emu, TN_EMU_CONTROL), 4);  // FPCA
    tn_emu_reset(&emu);
    CHECK_EQ(tn_emu_reg(&emu, TN_EMU_CONTROL), 0);
}

// ---- A chip is a row -------------------------------------------------------------------

enum {
    MADE_RAM = 0x10000000,
    MADE_FLASH = 0x08000000,
    MADE_BOOT = 0x4000,
    MADE_OUTSIDE = MADE_FLASH + 0x8000,
    MADE_REG = 0x40023c00,
    MADE_PAGE = 0x08000000 + 0xc000,
    MADE_STORED = 0xc008,  // offset in flash
};

// Flash with units of 8 bytes: the controller collects two words.
struct made {
    uint32_t word[2];
    uint32_t count;
};

static void made_power_on(struct tn_emu *e, void *state) {
    struct made *m = state;

    (void)e;
    CHECK_EQ(m->count, 0);
    m->count = 100;
}

static void made_reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    struct made *m = state;

    (void)e;
    m->count += cause == TN_EMU_BY_POWER ? 10 : 1;
}

static uint32_t made_load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct made *m = state;

    (void)e;
    return off == 0 && size == 4 ? m->count : 0;
}

static void made_store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct made *m = state;

    (void)size;
    if (off == 0) {
        m->count += value;
    } else {
        tn_emu_flash_erase(e, value - MADE_FLASH);
    }
}

static void made_store_flash(
        struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct made *m = state;

    CHECK_EQ(size, 4);
    m->word[off / 4 % 2] = value;
    if (off % 8) {
        tn_emu_flash_program(e, off - 4, m->word);
    }
}

static const struct tn_emu_device made_device = {
        .base = MADE_REG,
        .size = 8,
        .state_size = sizeof(struct made),
        .power_on = made_power_on,
        .reset = made_reset,
        .load = made_load,
        .store = made_store,
        .store_flash = made_store_flash,
};
static const struct tn_emu_device *const made_devices[] = {&made_device, &tn_emu_cortexm_system};
static const struct tn_emu_sectors made_sectors[] = {{0x4000, 4}, {0x10000, 1}};
static const struct tn_emu_chip made_chip = {
        .name = "made up",
        .core = TN_EMU_CORTEX_M3,
        .flash_base = MADE_FLASH,
        .flash_size = 0x20000,
        .flash_at_0 = true,
        .boot_off = MADE_BOOT,
        .sectors = made_sectors,
        .unit = 8,
        .unit_writes = 1,
        .ram_base = MADE_RAM,
        .ram_size = 0x1000,
        .insns_per_us = 1,
        .devices = made_devices,
        .ndevices = TN_LEN(made_devices),
};

// Starts the storer, at MADE_BOOT, over pairs of address and value.
static enum tn_emu_end made_stores(const uint32_t *pairs, size_t n) {
    static const uint32_t vectors[] = {
            MADE_RAM + 0x1000, (MADE_FLASH + MADE_BOOT + 0x40) | 1, 0, 0x41};

    memcpy(emu.flash + MADE_BOOT, vectors, sizeof(vectors));
    memcpy(emu.flash + MADE_BOOT + 0x40, storer, sizeof(storer));
    memset(emu.flash + TABLE, 0, 64);
    memcpy(emu.flash + TABLE, pairs, n * 4);  // address 0 shows it too
    return tn_emu_boot(&emu, 1, 0);
}

TEST(a_chip_of_another_family_is_a_row_and_a_device) {
    static const uint32_t pairs[] = {MADE_FLASH + MADE_STORED, 0x11111111,
            MADE_FLASH + MADE_STORED + 4, 0x22222222, MADE_REG, 7, MADE_REG + 4, MADE_PAGE + 0x4000,
            MADE_RAM, 5};
    const struct made *state;

    tn_emu_close(&emu);
    CHECK_EQ(tn_emu_open(&emu, &made_chip, CODE), 0);
    memset(emu.flash + 0x10000, 0x55, 0x10000);
    CHECK_EQ(made_stores(pairs, TN_LEN(pairs)), TN_EMU_IDLE);
    CHECK_EQ(emu.violations, 0);
    CHECK_EQ(emu.faults, 0);
    CHECK_EQ(get(MADE_STORED), 0x11111111);
    CHECK_EQ(get(MADE_STORED + 4), 0x22222222);
    CHECK_EQ(emu.units, 1);
    CHECK_EQ(emu.erases, 1);
    CHECK_EQ(get(0xfffc), 0xffffffff);
    CHECK_EQ(get(0x10000), 0xffffffff);
    CHECK_EQ(get(0x1fffc), 0xffffffff);  // a sector of 64 KiB
    CHECK_EQ(emu.ram[0], 5);
    state = tn_emu_state(&emu, &made_device);
    CHECK_EQ(state->count, 100 + 10 + 7);
    tn_emu_reset(&emu);
    CHECK_EQ(state->count, 100 + 10 + 7 + 1);

    CHECK_EQ(tn_emu_open(&other, &made_chip, CODE), 0);  // a copy has the devices' states
    tn_emu_copy(&other, &emu);
    CHECK_EQ(tn_emu_load(&other, MADE_REG, 4), 100 + 10 + 7 + 1);
    tn_emu_close(&other);

    CHECK_EQ(made_stores(pairs, 4), TN_EMU_IDLE);  // one write too many
    CHECK_EQ(emu.violations, 1);
}

// ---- The watchdog ----------------------------------------------------------------------

enum {
    WDT = 0x40010000,
    WDT_CRV = WDT + 0x504,
    WDT_RREN = WDT + 0x508,
    WDT_CONFIG = WDT + 0x50c,
    WDT_RR = WDT + 0x600,
    WDT_RELOAD = 0x6e524635,
};

TEST(the_watchdog_is_fed_when_all_its_requests_are) {
    begin(storer, sizeof(storer));
    CHECK_EQ(STORES(WDT_CRV, 32767, WDT_CONFIG, 1, WDT_RREN, 3, WDT, 1, WDT_RR, WDT_RELOAD),
            TN_EMU_IDLE);
    CHECK(emu.watchdog.running);
    CHECK(!emu.watchdog.pauses_in_sleep);
    CHECK_EQ(emu.watchdog.timeout_ms, 1000);
    CHECK_EQ(emu.watchdog.feedings, 0);
    STORES(WDT_RREN, 3, WDT, 1, WDT_RR, WDT_RELOAD, WDT_RR + 4, WDT_RELOAD, WDT_RR + 4, 1);
    CHECK_EQ(emu.watchdog.feedings, 1);
    CHECK(emu.watchdog.pauses_in_sleep);
    CHECK_EQ(emu.watchdog.longest, 10);  // two rounds of the program
    CHECK(tn_emu_watchdog_longest(&emu) >= 10);
    tn_emu_reset(&emu);  // by the pin
    CHECK(!emu.watchdog.running);
}

TEST(the_watchdog_runs_on_after_a_reset_by_the_program) {
    begin(storer, sizeof(storer));
    CHECK_EQ(STORES(WDT, 1, AIRCR, AIRCR_RESET), TN_EMU_RESET);
    tn_emu_reset(&emu);
    CHECK(emu.watchdog.running);
    CHECK_EQ(tn_emu_load(&emu, WDT + 0x400, 4), 1);
    tn_emu_power_on(&emu, 1);
    CHECK(!emu.watchdog.running);
}

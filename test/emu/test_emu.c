// SPDX-License-Identifier: Apache-2.0
// The emulated chip itself, by programs of a few instructions.
#include "emu/emu.h"
#include "test.h"

enum {
    CODE = 0x1000,     // bytes that may be executed
    TABLE = 0x100,     // of the stores that the program makes: address, value; 0 ends it
    HANDLER = 0x60,    // of faults
    OUTSIDE = 0x2000,  // what is no loader's
    WORD = 0x4000,     // in a page of its own
    CONFIG = 0x4001e504,
    ERASEPAGE = 0x4001e508,
    RESETREAS = 0x40000400,
    WEN = 1,
    EEN = 2,
};
#define AIRCR 0xe000ed0cu
#define AIRCR_RESET 0x05fa0004u

// Does the stores of TABLE, then branches to itself.
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

// Asks for a reset.
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

static void begin(const uint16_t *program, size_t size) {
    tn_emu_close(&emu);
    CHECK_EQ(tn_emu_open(&emu, &tn_emu_nrf51822, CODE), 0);
    put(0, TN_EMU_RAM + 0x400);
    put(4, 0x40 | 1);
    put(12, HANDLER | 1);
    memcpy(emu.flash + 0x40, program, size);
    memcpy(emu.flash + HANDLER, resetter, sizeof(resetter));
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

TEST(blurred_code_runs_as_well) {
    begin(counter, sizeof(counter));
    CHECK_EQ(tn_emu_blur(&emu, 0x42, 0x46), 0);  // the loop
    CHECK_EQ(tn_emu_boot(&emu, 1, 0), TN_EMU_LEFT);
    CHECK_EQ(emu.pc, OUTSIDE);
    CHECK_EQ(emu.insns, COUNTER_INSNS - 2);  // the block that falls into it begins before
    begin(counter, sizeof(counter));
    CHECK_EQ(tn_emu_blur(&emu, 0x42, 0x46), 0);
    put(0x44, 0xd1fdd1fe);  // bne itself: for ever
    emu.limit = 7000;
    CHECK_EQ(tn_emu_boot(&emu, 1, 0), TN_EMU_LIMIT);
    CHECK(emu.insns - 7000 < 2);
    for (uint32_t i = 1; i < TN_EMU_BLURS; i++) {
        CHECK_EQ(tn_emu_blur(&emu, 0x100 * i, 0x100 * i + 2), 0);
    }
    CHECK_EQ(tn_emu_blur(&emu, 0xf00, 0xf02), -1);
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
    CHECK_EQ(STORES(TN_EMU_RAM, 5), TN_EMU_IDLE);
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
    CHECK_EQ(emu.words, 1);
    STORES(CONFIG, WEN, WORD, 0xff00ff00);  // bits only go from 1 to 0
    CHECK_EQ(get(WORD), 0x12005600);
    CHECK_EQ(emu.violations, 0);
    STORES(CONFIG, WEN, WORD, 0);  // a third time
    CHECK_EQ(emu.violations, 1);
    STORES(CONFIG, WEN, ERASEPAGE, WORD);  // not in this mode
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

static unsigned ops, calls;

static void stop_at_third(struct tn_emu *e, const struct tn_emu_op *op) {
    calls += op->begins_call;
    if (++ops == 3) {
        CHECK(!op->is_erase);
        CHECK_EQ(op->addr, WORD + 4);
        CHECK_EQ(op->value, 2);
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

    const struct tn_emu_op word = {.addr = WORD + 4, .value = 0x0000ffff};
    const struct tn_emu_op page = {.is_erase = true, .addr = WORD};
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

TEST(a_fault_is_taken_and_the_reset_asked_for_is_told) {
    begin(storer, sizeof(storer));
    CHECK_EQ(STORES(0x30000000, 1), TN_EMU_RESET);  // no such memory
    CHECK_EQ(emu.faults, 1);
    CHECK_EQ(emu.reset_reason, 4);
    // As boot does it: resets, until there were enough.
    CHECK_EQ(tn_emu_boot(&emu, 1, 2), TN_EMU_RESET);
    CHECK_EQ(emu.faults, 3);
    put(12, 0x30000001);  // the handler is no better
    CHECK_EQ(tn_emu_boot(&emu, 1, 2), TN_EMU_LOCKUP);
}

TEST(memory_outlives_a_reset_and_not_the_power) {
    begin(storer, sizeof(storer));
    CHECK_EQ(STORES(TN_EMU_RAM + 0x100, 0x55aa55aa, AIRCR, AIRCR_RESET), TN_EMU_RESET);
    tn_emu_reset(&emu);
    CHECK_EQ(emu.ram[0x100], 0xaa);
    tn_emu_power_on(&emu, 1);
    uint8_t one = emu.ram[0x200];
    CHECK(emu.ram[0x100] != 0xaa || emu.ram[0x101] != 0x55);
    tn_emu_power_on(&emu, 2);
    CHECK(emu.ram[0x200] != one);
    CHECK_EQ(emu.reset_reason, 0);
}

static struct tn_emu other;

// From every instruction a second chip goes on to the same end.
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

// SPDX-License-Identifier: Apache-2.0
// The flash and watchdog drivers of an STM32 board's real loader, called one at a time.
//
//     stm32_drivers BOARD LOADER.elf
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "emu/boards/board.h"

enum {
    MS = 1000,
    LONG_MS = 100000,  // longer than any of these watchdogs can wait
    KHZ = 32,          // the oscillator's, as the model counts
    LEN = 16,
    NMI_AT = 8,  // in the vector table
    IWDG_RLR = 0x40003008,
    IWDG_RLR_MAX = 0xfff,
    BOTH_CACHES = 3 << 9,  // of ACR
};
#define OUTSIDE 0x20003000u
#define BUF 0x20001000u
#define OTHER_BUF 0x20001100u

static struct tn_emu_board board;
static struct tn_emu *e = &board.emu;
static uint32_t acr;  // address
static unsigned ops_with_caches;
static unsigned ops;
static int failures;

static void check(bool ok, const char *what) {
    printf("%s: %s\n", ok ? "ok" : "FAILED", what);
    failures += !ok;
}

// Calls a function of the loader as on an empty stack. Returns its result.
static int call(const char *name, uint32_t r0, uint32_t r1, uint32_t r2, uint32_t r3) {
    const struct tn_elf_function *f = tn_elf_find(&board.loader, name);
    uint32_t regs[TN_EMU_REGS];

    tn_emu_get_regs(e, regs);
    regs[0] = r0;
    regs[1] = r1;
    regs[2] = r2;
    regs[3] = r3;
    regs[TN_EMU_LR] = OUTSIDE | 1;
    regs[TN_EMU_PC] = f ? f->addr | 1 : 0;
    tn_emu_set_regs(e, regs);
    check(f && tn_emu_run(e) == TN_EMU_LEFT && e->pc == OUTSIDE, name);
    return (int)tn_emu_reg(e, 0);
}

// ---- The watchdog ----------------------------------------------------------------------

static void try_watchdog(unsigned fastest_khz) {
    tn_emu_power_on(e, 1);
    call("chip_arm", MS, 0, 0, 0);
    check(e->watchdog.running, "the watchdog runs");
    check(e->watchdog.timeout_ms * KHZ / fastest_khz >= MS, "not too soon by the fastest clock");
    check(e->watchdog.timeout_ms * KHZ / fastest_khz < MS + MS / 50, "nor later than it must");
    call("chip_alive", 0, 0, 0, 0);
    check(e->watchdog.feedings == 2, "it is fed");
    tn_emu_power_on(e, 1);
    call("chip_arm", LONG_MS, 0, 0, 0);
    check(tn_emu_load(e, IWDG_RLR, 4) == IWDG_RLR_MAX, "as long as it can");
}

// ---- The flash -------------------------------------------------------------------------

static void on_op(struct tn_emu *emu, const struct tn_emu_op *op) {
    (void)op;
    ops++;
    ops_with_caches += (tn_emu_load(emu, acr, 4) & BOTH_CACHES) != 0;
}

static void fill(uint32_t addr, uint8_t value) {
    memset(e->ram + (addr - board.layout->chip->ram_base), value, LEN);
}

static void try_caches(void) {
    uint32_t off = board.layout->secondary;
    uint32_t with = tn_emu_load(e, acr, 4) | BOTH_CACHES;

    tn_emu_power_on(e, 1);
    tn_emu_store(e, acr, 4, with);
    e->on_op = on_op;
    check(call("erase", 0, off, 0, 0) == 0, "an erase");
    fill(BUF, 0x5a);
    check(call("prog", 0, off, BUF, LEN) == 0, "a write");
    check(ops > 1 && !ops_with_caches, "both caches are off while the flash works");
    check(tn_emu_load(e, acr, 4) == with, "and on again");
    check(e->violations == 0, "emptied in between");
    fill(OTHER_BUF, 0);
    check(call("read", 0, off, OTHER_BUF, LEN) == 0, "a read");
    check(!memcmp(e->flash + off, e->ram + (OTHER_BUF - board.layout->chip->ram_base), LEN),
            "of what was written");
    e->on_op = NULL;
}

// A double word whose write was cut, so that its ECC is wrong.
static void spoil(uint32_t off) {
    const struct tn_emu_op op = {.off = off, .len = 8, .data = {1, 2, 3, 4, 5, 6, 7, 8}};

    for (uint32_t seed = 0; !e->nbad; seed++) {
        tn_emu_tear(e, &op, seed);
    }
    tn_emu_reset(e);  // from here on, loads are looked at
}

// An NMI handler that does nothing: the "bx lr" of some function.
static void ignore_nmi(void) {
    const struct tn_emu_chip *c = board.layout->chip;
    uint32_t at = 0x100;

    while (e->flash[at] != 0x70 || e->flash[at + 1] != 0x47) {
        at += 2;
    }
    uint32_t handler = (c->flash_base + at) | 1;
    memcpy(e->flash + NMI_AT, &handler, 4);
}

static void try_ecc(void) {
    uint32_t off = board.layout->secondary;

    for (int has_handler = 1; has_handler >= 0; has_handler--) {
        if (!has_handler) {
            ignore_nmi();
        }
        tn_emu_power_on(e, 1);
        check(call("erase", 0, off, 0, 0) == 0, "an erase");
        check(call("read", 0, off, BUF, LEN) == 0, "a read of good words");
        spoil(off);
        check(call("read", 0, off, BUF, LEN) == TN_EIO, "a read of a bad one");
        check(call("read", 0, off + 2048, BUF, LEN) == 0, "then one of good ones");
        check(call("erase", 0, off, 0, 0) == 0, "an erase mends it");
        check(call("read", 0, off, BUF, LEN) == 0, "and a read, too");
    }
}

int main(int argc, char **argv) {
    const struct tn_emu_layout *const *l = tn_emu_layouts;

    while (argc == 3 && *l && strcmp((*l)->name, argv[1])) {
        l++;
    }
    if (argc != 3 || !*l || tn_emu_board_open(&board, *l, tn_emu_layout_slots(*l), argv[2])) {
        fprintf(stderr, "usage: stm32_drivers BOARD LOADER.elf\n");
        return 64;
    }
    const char *chip = (*l)->chip->name;
    bool is_f = strstr(chip, "stm32f") != NULL;
    acr = is_f ? 0x40023c00 : strstr(chip, "stm32w") ? 0x58004000 : 0x40022000;
    try_watchdog(is_f ? 47 : 34);
    try_caches();
    if ((*l)->chip->ecc) {
        try_ecc();
    }
    tn_emu_board_close(&board);
    return failures != 0;
}

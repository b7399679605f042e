// SPDX-License-Identifier: Apache-2.0
// Runs the table of test/crypto/test_rows.c on emulated chips: each row's verify function, in the
// loaders that ./run size measures. Only here their assembly runs.
#include <stdio.h>

#include "base/bytes.h"
#include "base/compiler.h"
#include "crypto/key.h"
#include "crypto/rows.h"
#include "emu/chip/chips.h"
#include "emu/core/elf.h"
#include "emu/core/emu.h"
#include "test.h"

enum {
    CODE = 0x7000,       // bytes of flash for each loader
    OUTSIDE = CODE + 1,  // where a call returns to, with the Thumb bit
    ARGUMENTS = 0x800,   // offset in RAM of key, hash and signature: above the loader's data
    ROW = 12,            // bytes of struct tn_key on the chip
    KEY = 64,
    HASH = 32,
    SIG_MAX = 128,
    STACK_ARGUMENT = 8,  // bytes of stack: the fifth argument
};

// A chip with the row's loader, which has run up to main, so that its data is initialized.
static struct chip {
    const char *loader;
    const char *function;
    const struct tn_emu_chip *kind;
    struct tn_emu emu;
    uint32_t verify;
    uint32_t regs[TN_EMU_REGS];  // registers at main
} chips[] = {
        {"boot-m4.elf", "verify_cortex_m4", &tn_emu_nrf52840, {0}, 0, {0}},
        {"boot-m0.elf", "verify_built_in", &tn_emu_nrf51822, {0}, 0, {0}},
        {"boot-m0-small.elf", "verify", &tn_emu_nrf51822, {0}, 0, {0}},
};

static uint32_t main_addr;

static void stop_at_main(struct tn_emu *e, uint32_t addr, uint32_t size) {
    (void)size;
    if (addr == main_addr) {
        tn_emu_stop(e);
    }
}

static void begin(struct chip *c) {
    char path[4096];
    struct tn_elf elf;

    snprintf(path, sizeof(path), SIZE_FOLDER "/%s", c->loader);
    CHECK_EQ(tn_elf_open(&elf, path, 0, CODE), 0);
    CHECK_EQ(tn_emu_open(&c->emu, c->kind, CODE), 0);
    memcpy(c->emu.flash, elf.image, CODE);
    const struct tn_elf_function *function = tn_elf_find(&elf, c->function);
    const struct tn_elf_function *start = tn_elf_find(&elf, "main");
    CHECK(function && start);
    c->verify = function->addr;
    main_addr = start->addr;
    tn_elf_close(&elf);
    c->emu.on_insn = stop_at_main;
    CHECK_EQ(tn_emu_boot(&c->emu, 1, 0), TN_EMU_STOPPED);
    c->emu.on_insn = NULL;
    tn_emu_get_regs(&c->emu, c->regs);
}

static uint32_t verify(
        unsigned nth, const uint8_t *key, const uint8_t *hash, const uint8_t *sig, size_t sig_len) {
    struct chip *c = &chips[nth];
    uint32_t regs[TN_EMU_REGS];
    uint32_t len = (uint32_t)sig_len;

    if (!c->verify) {
        begin(c);
    }
    CHECK(sig_len <= SIG_MAX);
    uint8_t *at = c->emu.ram + ARGUMENTS;
    // struct tn_key on the chip: kind, role, len (2), hash (4), bytes (4).
    memset(at, 0, ROW);
    at[0] = TN_KEY_P256;
    tn_put_le16(at + 2, KEY);
    tn_put_le32(at + 8, c->kind->ram_base + ARGUMENTS + ROW);
    memcpy(at + ROW, key, KEY);
    memcpy(at + ROW + KEY, hash, HASH);
    memcpy(at + ROW + KEY + HASH, sig, sig_len);
    memcpy(regs, c->regs, sizeof(regs));
    regs[0] = c->kind->ram_base + ARGUMENTS;
    regs[1] = regs[0] + ROW + KEY;
    regs[2] = HASH;
    regs[3] = regs[1] + HASH;
    regs[TN_EMU_SP] -= STACK_ARGUMENT;
    memcpy(c->emu.ram + (regs[TN_EMU_SP] - c->kind->ram_base), &len, sizeof(len));
    regs[TN_EMU_LR] = OUTSIDE;
    regs[TN_EMU_PC] = c->verify;
    tn_emu_set_regs(&c->emu, regs);
    CHECK_EQ(tn_emu_run(&c->emu), TN_EMU_LEFT);
    CHECK_EQ(c->emu.pc, OUTSIDE & ~1);
    return tn_emu_reg(&c->emu, 0);
}

// A check takes 1 to 70 million instructions.
const struct judged_row judged_rows[] = {
        {"P256-Cortex-M4, on a Cortex-M4", verify, true, 500, 5, 10000},
        {"micro-ecc with built-in keys, on a Cortex-M0", verify, false, 20, 61, 1000},
        {"p256-m, on a Cortex-M0", verify, true, 6, 199, 200},
};
const size_t njudged_rows = TN_LEN(judged_rows);
_Static_assert(TN_LEN(judged_rows) == TN_LEN(chips), "a row each");

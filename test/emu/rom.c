// SPDX-License-Identifier: Apache-2.0
// The way into the loader in an STM32's ROM and back, in a board's real loader. The ROM is a stub
// of two words: stack and entry. The run ends before its first instruction, and what the ROM finds is
// compared with what the reset has left.
//
//     rom [--absent] BOARD LOADER.elf KEY.pem RETAINED_VECTORS
//
// --absent: the loader of a board that does not list the way: the application starts instead.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "boot/request.h"
#include "emu/boards/board.h"

enum {
    LEN = 3000,
    REQUEST = 0x10,  // of RETAINED_VECTORS: layout.h
    ROM_SP = 0x20002d40,
    ROM_ENTRY = 0x1fff0100,
    ENTERED = 0x4d4f5221,  // port/stm32/rom.c
    SOON = 5000,           // instructions from the reset to the ROM: the CRC of the request
    RCC_WORDS = 0x98 / 4,
    SOFTWARE = 28,  // bit of RCC_CSR
};

// Addresses, by family.
struct family {
    uint32_t rcc, csr, apb2enr, syscfg_bit, syscfg;
};

static const struct family f4 = {0x40023800, 0x74, 0x44, 1u << 14, 0x40013800};
static const struct family l4 = {0x40021000, 0x94, 0x60, 1u << 0, 0x40010000};
static const struct family wl = {0x58000000, 0x94, 0x60, 0, 0x40010000};

static struct tn_emu_board board;
static struct tn_emu *e = &board.emu;
static const struct family *family;
static struct tn_buf image;
static uint32_t retained;  // offset in RAM
static int failures;

static void check(bool ok, const char *what) {
    printf("%s: %s\n", ok ? "ok" : "FAILED", what);
    failures += !ok;
}

// ---- The request -----------------------------------------------------------------------

static void load(const struct tn_retained *r, void *buf, size_t len) {
    (void)r;
    memcpy(buf, e->ram + retained + REQUEST, len);
}

static void store(const struct tn_retained *r, const void *buf, size_t len) {
    (void)r;
    memcpy(e->ram + retained + REQUEST, buf, len);
}

static const struct tn_retained request = {load, store, NULL};

static void get_rcc(uint32_t ret[RCC_WORDS]) {
    for (uint32_t i = 0; i < RCC_WORDS; i++) {
        ret[i] = tn_emu_load(e, family->rcc + 4 * i, 4);
    }
}

// ---- Runs ------------------------------------------------------------------------------

static bool runs_application(void) {
    return tn_emu_run(e) == TN_EMU_LEFT && tn_emu_board_runs(&board, &image);
}

// The application asks for a mode, and resets by software or is reset by the pin.
static void reset_with(enum tn_run_mode mode, uint32_t arg, bool by_software) {
    tn_request_put(&request, mode, arg);
    if (by_software) {
        tn_emu_request_reset(e);
    }
    tn_emu_reset(e);
}

static void power_on(void) {
    tn_emu_power_on(e, 1);
    check(runs_application(), "the application runs after a power-on");
}

static bool enters(void) {
    return tn_emu_run(e) == TN_EMU_LEFT && e->pc == ROM_ENTRY;
}

static void look_at_core(void) {
    uint32_t pending = 0;

    check(tn_emu_reg(e, TN_EMU_SP) == ROM_SP, "the stack is that of the ROM's first word");
    check(tn_emu_reg(e, TN_EMU_PRIMASK) == 0, "interrupts are not masked");
    check(tn_emu_reg(e, TN_EMU_CONTROL) == 0, "the main stack, privileged");
    check(tn_emu_load(e, 0xe000ed08, 4) == 0x1fff0000, "the vectors are the ROM's");
    check(tn_emu_load(e, 0xe000e010, 4) == 0, "SysTick is off");
    for (uint32_t i = 0; i < 4; i++) {
        pending |= tn_emu_load(e, 0xe000e100 + 4 * i, 4) | tn_emu_load(e, 0xe000e200 + 4 * i, 4);
    }
    check(pending == 0, "no interrupt is enabled or pending");
    check(!e->watchdog.running, "no watchdog runs");
}

static void look_at_clocks(const uint32_t *reset) {
    uint32_t now[RCC_WORDS];

    get_rcc(now);
    check(now[family->csr / 4] >> 25 == 0, "the flags of the reset are cleared");
    check(reset[family->csr / 4] >> SOFTWARE & 1, "the reset was one by software");
    now[family->csr / 4] = reset[family->csr / 4];
    check((now[family->apb2enr / 4] & family->syscfg_bit) == family->syscfg_bit, "SYSCFG is on");
    now[family->apb2enr / 4] &= ~family->syscfg_bit;
    check(memcmp(now, reset, sizeof(now)) == 0, "all other clocks are as after a reset");
    check(tn_emu_load(e, family->syscfg, 4) == 1, "address 0 shows the ROM");
}

// The ROM has worked with clocks and devices of its own, and jumps to the program.
static void leave_rom(void) {
    uint32_t regs[TN_EMU_REGS];

    tn_emu_store(e, family->rcc + family->apb2enr, 4, 0x00004010 | family->syscfg_bit);
    tn_emu_store(e, family->rcc, 4, tn_emu_load(e, family->rcc, 4) | 1u << 16);
    tn_emu_get_regs(e, regs);
    regs[TN_EMU_SP] = tn_get_le32(e->flash);
    regs[TN_EMU_PC] = tn_get_le32(e->flash + 4) & ~1u;
    tn_emu_set_regs(e, regs);
}

static void there_and_back(void) {
    uint32_t first[RCC_WORDS], reset[RCC_WORDS], last[RCC_WORDS];

    power_on();
    reset_with(TN_RUN_NORMAL, 0, true);
    check(runs_application(), "the application runs after a reset by software");
    get_rcc(first);
    reset_with(TN_RUN_ROM, 0, true);
    get_rcc(reset);
    uint64_t begun = e->insns;
    check(enters(), "the ROM runs");
    check(e->insns - begun < SOON, "it is entered by the first instructions");
    look_at_core();
    look_at_clocks(reset);
    leave_rom();
    check(tn_emu_run(e) == TN_EMU_RESET, "back from the ROM, the loader resets");
    tn_emu_reset(e);
    check(runs_application(), "then the application runs");
    get_rcc(last);
    check(memcmp(first, last, sizeof(last)) == 0, "its clocks are as without the ROM");
    check(tn_emu_load(e, family->syscfg, 4) == 0, "address 0 shows the flash");
    reset_with(TN_RUN_NORMAL, 0, true);
    check(runs_application(), "and again after the next reset");
}

static void other_resets(void) {
    power_on();
    reset_with(TN_RUN_ROM, 0, false);
    check(runs_application(), "a reset by the pin does not enter the ROM");
    tn_request_put(&request, TN_RUN_ROM, 0);
    e->ram[retained + REQUEST + 3] ^= 4;
    tn_emu_request_reset(e);
    tn_emu_reset(e);
    check(runs_application(), "nor does a request with a wrong bit");

    reset_with(TN_RUN_ROM, 0, true);
    check(enters(), "the ROM runs");
    tn_emu_reset(e);
    check(runs_application(), "a reset by the pin leaves it");
    reset_with(TN_RUN_ROM, 0, true);
    check(enters(), "the ROM runs");
    tn_emu_request_reset(e);  // as some do at the end
    tn_emu_reset(e);
    check(runs_application(), "so does a reset by the ROM itself");
    reset_with(TN_RUN_ROM, ENTERED, true);
    check(runs_application(), "a request that was carried out is not carried out again");
}

static void absent(void) {
    power_on();
    reset_with(TN_RUN_ROM, 0, true);
    check(runs_application(), "a board that does not list the way starts the application");
}

// ---- Arguments -------------------------------------------------------------------------

static void open_all(char **argv) {
    const struct tn_emu_layout *const *l = tn_emu_layouts;
    struct tn_key_pair key;
    struct tn_fault fault = {0};

    while (*l && strcmp((*l)->name, argv[0])) {
        l++;
    }
    if (!*l || tn_key_load(argv[2], &key, &fault) ||
            tn_emu_board_open(&board, *l, tn_emu_layout_slots(*l), argv[1])) {
        fprintf(stderr, "rom: %s\n", *l ? fault.text : "no such board");
        exit(1);
    }
    const char *chip = (*l)->chip->name;
    family = strstr(chip, "stm32f") ? &f4 : strstr(chip, "stm32w") ? &wl : &l4;
    retained = (uint32_t)strtoul(argv[3], NULL, 0) - (*l)->chip->ram_base;
    tn_put_le32(e->rom, ROM_SP);
    tn_put_le32(e->rom + 4, ROM_ENTRY | 1);
    tn_emu_image_make(*l, &key, 1, LEN, &image);
    tn_emu_board_place(&board, TN_RUNNING, &image);
}

int main(int argc, char **argv) {
    bool is_absent = argc > 1 && !strcmp(argv[1], "--absent");

    if (argc != 5 + is_absent) {
        fprintf(stderr, "usage: rom [--absent] BOARD LOADER.elf KEY.pem RETAINED_VECTORS\n");
        return 64;
    }
    open_all(argv + 1 + is_absent);
    if (is_absent) {
        absent();
    } else {
        there_and_back();
        other_resets();
    }
    tn_buf_free(&image);
    tn_emu_board_close(&board);
    return failures != 0;
}

// SPDX-License-Identifier: Apache-2.0
// The loader of an STM32 board that write-protects itself (TN_BOARD_LOCK). A faulty application is
// played by the flash driver of the loader, which is told to write over the loader.
//
//     lock [--absent] BOARD LOADER.elf KEY.pem
//
// --absent: the loader of a board that does not list the lock: the forged write succeeds.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "emu/boards/board.h"

enum {
    LEN = 3000,
    UNIT = 8,
};
#define OUTSIDE 0x20003000u
#define BUF 0x20001000u

static struct tn_emu_board board;
static struct tn_emu *e = &board.emu;
static struct tn_buf image;
static int failures;

static void check(bool ok, const char *what) {
    printf("%s: %s\n", ok ? "ok" : "FAILED", what);
    failures += !ok;
}

static int call(const char *name, uint32_t off) {
    const struct tn_elf_function *f = tn_elf_find(&board.loader, name);
    uint32_t regs[TN_EMU_REGS];

    tn_emu_get_regs(e, regs);
    regs[0] = 0;
    regs[1] = off;
    regs[2] = BUF;
    regs[3] = UNIT;
    regs[TN_EMU_LR] = OUTSIDE | 1;
    regs[TN_EMU_PC] = f ? f->addr | 1 : 0;
    tn_emu_set_regs(e, regs);
    check(f && tn_emu_run(e) == TN_EMU_LEFT && e->pc == OUTSIDE, name);
    return (int)tn_emu_reg(e, 0);
}

static void boot(bool power) {
    if (power) {
        tn_emu_power_on(e, 1);
    } else {
        tn_emu_reset(e);
    }
    check(tn_emu_run(e) == TN_EMU_LEFT && tn_emu_board_runs(&board, &image),
            "the application runs");
    check(e->violations == 0, "no rule of the flash is broken");
}

// The last unit of the loader's region, which its program does not use.
static uint32_t free_unit(void) {
    return board.layout->boot_size - UNIT;
}

static void forge(bool is_locked) {
    uint8_t *before = malloc(board.layout->boot_size);

    memcpy(before, e->flash, board.layout->boot_size);
    memset(e->ram + (BUF - board.layout->chip->ram_base), 0, UNIT);
    check(call("prog", free_unit()) == (is_locked ? TN_EIO : 0), "a write to the loader's region");
    check(!memcmp(before, e->flash, board.layout->boot_size) == is_locked, "changes it, or not");
    if (is_locked) {
        check(call("erase", 0) == TN_EIO, "an erase of its first sector is refused");
        check(call("erase", free_unit()) == TN_EIO, "and one of its last");
        check(!memcmp(before, e->flash, board.layout->boot_size), "nothing has changed");
    }
    free(before);
    e->violations = 0;
    check(call("erase", board.layout->boot_size) == 0, "what lies behind it can be erased");
    check(call("erase", board.layout->outcome) == 0, "and the log");
    check(call("erase", board.layout->secondary) == 0, "and the spare slot");
}

static void locked(void) {
    boot(true);
    check(e->option_writes == 1, "the option bytes are written once");
    uint32_t options[TN_EMU_OPTIONS];
    memcpy(options, e->options, sizeof(options));
    boot(false);
    boot(true);
    boot(false);
    check(e->option_writes == 1, "and not again");
    check(!memcmp(options, e->options, sizeof(options)), "they stay");
    forge(true);
}

int main(int argc, char **argv) {
    bool is_absent = argc > 1 && !strcmp(argv[1], "--absent");
    char **arg = argv + 1 + is_absent;
    const struct tn_emu_layout *const *l = tn_emu_layouts;
    struct tn_key_pair key;
    struct tn_fault fault = {0};

    while (argc == 4 + is_absent && *l && strcmp((*l)->name, arg[0])) {
        l++;
    }
    if (argc != 4 + is_absent || !*l || tn_key_load(arg[2], &key, &fault) ||
            tn_emu_board_open(&board, *l, tn_emu_layout_slots(*l), arg[1])) {
        fprintf(stderr, "usage: lock [--absent] BOARD LOADER.elf KEY.pem %s\n", fault.text);
        return 64;
    }
    tn_emu_image_make(*l, &key, 1, LEN, &image);
    tn_emu_board_place(&board, TN_RUNNING, &image);
    if (is_absent) {
        boot(true);
        check(e->option_writes == 0, "the option bytes are left alone");
        forge(false);
    } else {
        locked();
    }
    tn_buf_free(&image);
    tn_emu_board_close(&board);
    return failures != 0;
}

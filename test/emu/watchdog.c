// SPDX-License-Identifier: Apache-2.0
// A watchdog that is armed when the micro:bit's real loader starts outlives all that it does.
//
//     watchdog LOADER.elf KEY.pem
//
// The emulated one never bites: what counts is the longest time without a feeding, in instructions.
// At 16 MHz and at best one a cycle, 20 million of them last 1.3 s; erases come on top, 22 ms each.
#include <stdio.h>
#include <stdlib.h>

#include "emu/board.h"

enum {
    LARGE = 102551,
    LONGEST = 20000000,  // a signature check takes 14.6 million
    OUTSIDE = 0x20001000,
    MS = 1000,
    TICKS_PER_MS = 33,
    SLEEP = 1,  // of CONFIG: goes on while the core sleeps
};

static struct tn_emu_board board;
static unsigned failures;

static void check(bool ok, const char *what) {
    printf("%s: %s, %llu feedings, %llu instructions at most without one\n", ok ? "ok" : "FAILED",
            what, (unsigned long long)board.emu.dog.feedings,
            (unsigned long long)board.emu.dog.longest);
    failures += !ok;
}

// A boot with the watchdog armed.
static enum tn_emu_end boot(bool button) {
    struct tn_emu *e = &board.emu;

    e->dog = (struct tn_emu_dog){.running = true};
    e->button = button;
    enum tn_emu_end end = tn_emu_boot(e, 1, 0);
    if (e->insns - e->dog.fed > e->dog.longest) {
        e->dog.longest = e->insns - e->dog.fed;
    }
    return end;
}

// What the loader does if it is asked to arm one: the function by itself.
static bool arms(void) {
    const struct tn_elf_function *f = tn_elf_find(&board.loader, "nrf51_arm");
    struct tn_emu *e = &board.emu;
    uint32_t regs[TN_EMU_REGS];

    if (!f) {
        return false;
    }
    e->dog = (struct tn_emu_dog){0};
    tn_emu_power_on(e, 1);
    tn_emu_reset(e);
    tn_emu_get_regs(e, regs);
    regs[0] = MS;
    regs[TN_EMU_LR] = OUTSIDE | 1;
    regs[TN_EMU_PC] = f->addr | 1;
    tn_emu_set_regs(e, regs);
    return tn_emu_run(e) == TN_EMU_LEFT && e->dog.running && e->dog.crv == MS * TICKS_PER_MS &&
            e->dog.rren == 1 && e->dog.config == SLEEP;
}

int main(int argc, char **argv) {
    struct tn_fault fault = {0};
    struct tn_key_pair key;
    struct tn_buf image[2];

    if (argc != 3 || tn_key_load(argv[2], &key, &fault) ||
            tn_emu_board_open(&board, &tn_emu_microbit, &tn_layout_swap_offset, argv[1])) {
        fprintf(stderr, "watchdog: %s\n", argc == 3 ? fault.text : "LOADER.elf KEY.pem");
        return 1;
    }
    for (uint8_t i = 0; i < 2; i++) {
        tn_emu_image_make(board.layout, &key, (uint8_t)(i + 1), LARGE, &image[i]);
    }
    check(boot(false) == TN_EMU_IDLE && board.emu.dog.feedings > 10, "an empty device's recovery");
    tn_emu_board_place(&board, TN_RUNNING, &image[0]);
    tn_emu_board_place(&board, TN_CANDIDATE, &image[1]);
    tn_emu_board_request(&board, TN_SWAP_TEST);
    check(boot(false) == TN_EMU_LEFT && tn_emu_board_runs(&board, &image[1]) &&
                    board.emu.dog.longest < LONGEST,
            "an upgrade by 100 KiB");
    check(boot(false) == TN_EMU_LEFT && tn_emu_board_runs(&board, &image[0]) &&
                    board.emu.dog.longest < LONGEST,
            "the revert");
    check(boot(true) == TN_EMU_IDLE && board.emu.dog.feedings > 10, "recovery by the button");
    check(arms(), "nrf51_arm");
    tn_buf_free(&image[0]);
    tn_buf_free(&image[1]);
    tn_emu_board_close(&board);
    return failures != 0;
}

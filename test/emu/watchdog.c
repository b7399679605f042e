// SPDX-License-Identifier: Apache-2.0
// The micro:bit's real loader, started with a running watchdog, always feeds it in time.
//
//     watchdog LOADER.elf KEY.pem
//
// The emulated watchdog never resets. The test measures the longest time between two feedings, in
// instructions. At 16 MHz and at most one instruction a cycle, 20 million last 1.3 s. Each erase
// adds 22 ms.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/boards/board.h"

enum {
    LARGE = 102551,
    LONGEST = 20000000,  // a signature check takes 14.6 million
    OUTSIDE = 0x20001000,
    MS = 1000,
    TOLERANCE = MS / 50,
};

static struct tn_emu_board board;
static unsigned failures;

static void check(bool ok, const char *what) {
    printf("%s: %s, %llu feedings, %llu instructions at most without one\n", ok ? "ok" : "FAILED",
            what, (unsigned long long)board.emu.watchdog.feedings,
            (unsigned long long)tn_emu_watchdog_longest(&board.emu));
    failures += !ok;
}

// Boots with a watchdog that another program has started.
static enum tn_emu_end boot(bool button) {
    struct tn_emu *e = &board.emu;

    memset(e->pins, button ? 0 : 0xff, sizeof(e->pins));  // any button is pressed
    tn_emu_power_on(e, 1);
    tn_emu_watchdog_start(e, MS, false);
    return tn_emu_run(e);
}

// Calls a function of the loader. False: the function does not return.
static bool call(const char *name, uint32_t argument) {
    const struct tn_elf_function *f = tn_elf_find(&board.loader, name);
    struct tn_emu *e = &board.emu;
    uint32_t regs[TN_EMU_REGS];

    if (!f) {
        return false;
    }
    tn_emu_get_regs(e, regs);
    regs[0] = argument;
    regs[TN_EMU_LR] = OUTSIDE | 1;
    regs[TN_EMU_PC] = f->addr | 1;
    tn_emu_set_regs(e, regs);
    return tn_emu_run(e) == TN_EMU_LEFT;
}

// The loader starts a watchdog if it is requested to, and can feed it.
static bool arms(void) {
    const struct tn_emu_watchdog *w = &board.emu.watchdog;

    tn_emu_power_on(&board.emu, 1);
    return call("chip_arm", MS) && w->running && !w->pauses_in_sleep && w->timeout_ms >= MS &&
            w->timeout_ms < MS + TOLERANCE && call("chip_alive", 0) && w->feedings == 1;
}

static bool is_fed_in_time(void) {
    return tn_emu_watchdog_longest(&board.emu) < LONGEST;
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
    check(boot(false) == TN_EMU_IDLE && board.emu.watchdog.feedings > 10,
            "an empty device's recovery");
    tn_emu_board_place(&board, TN_RUNNING, &image[0]);
    tn_emu_board_place(&board, TN_CANDIDATE, &image[1]);
    tn_emu_board_request(&board, TN_SWAP_TEST);
    check(boot(false) == TN_EMU_LEFT && tn_emu_board_runs(&board, &image[1]) && is_fed_in_time(),
            "an upgrade by 100 KiB");
    check(boot(false) == TN_EMU_LEFT && tn_emu_board_runs(&board, &image[0]) && is_fed_in_time(),
            "the revert");
    // MPU.PROTENSET0, a bit for each 4 KiB: loader, keys and mark, and no more.
    check(tn_emu_load(&board.emu, 0x40000600, 4) == (1u << board.layout->primary / 0x1000) - 1,
            "the application finds the loader's flash locked");
    check(boot(true) == TN_EMU_IDLE && board.emu.watchdog.feedings > 10, "recovery by the button");
    check(arms(), "chip_arm");
    tn_buf_free(&image[0]);
    tn_buf_free(&image[1]);
    tn_emu_board_close(&board);
    return failures != 0;
}

// SPDX-License-Identifier: Apache-2.0
// What opens recovery in the micro:bit's real loader besides its button: GPREGRET as other loaders'
// applications write it, and two resets by the pin.
//
//     ways LOADER.elf KEY.pem
#include <stdio.h>

#include "emu/boards/board.h"

enum {
    LEN = 3000,
    GPREGRET = 0x4000051c,  // "nRF51 Series Reference Manual", version 3.0, chapter 12
    WITHIN = 3000000,       // instructions of 190 ms at 16 MHz: within the 500 ms of a double reset
};

static struct tn_emu_board board;
static int failures;

static void check(bool ok, const char *what) {
    printf("%s: %s\n", ok ? "ok" : "FAILED", what);
    failures += !ok;
}

// Resets and runs to the end: true if the application starts, false if recovery waits for bytes.
static bool starts(void) {
    tn_emu_reset(&board.emu);
    enum tn_emu_end end = tn_emu_run(&board.emu);
    check(end == TN_EMU_LEFT || end == TN_EMU_IDLE, "a boot ends");
    return end == TN_EMU_LEFT;
}

// An application writes a value and resets by software, or somebody presses the reset button.
static bool starts_with(uint32_t value, bool by_software) {
    tn_emu_power_on(&board.emu, 1);
    tn_emu_run(&board.emu);
    tn_emu_store(&board.emu, GPREGRET, 4, value);
    if (by_software) {
        tn_emu_request_reset(&board.emu);
    }
    return starts();
}

static uint32_t kept(void) {
    return tn_emu_load(&board.emu, GPREGRET, 4);
}

static void try_gpregret(void) {
    static const uint8_t ask[] = {0x01, 0x4e, 0x57, 0xa8, 0xb1};

    for (size_t i = 0; i < sizeof(ask); i++) {
        check(!starts_with(ask[i], true) && kept() == 0, "a known value opens recovery, once");
    }
    check(starts_with(0x6d, true) && kept() == 0, "0x6d starts the application");
    check(starts_with(0x33, true) && kept() == 0x33, "an unknown value is left alone");
    check(starts_with(0x57, false) && kept() == 0x57, "a reset by the pin does not count");
}

// Resets by the pin, and again after `insns`.
static bool starts_after_two(uint64_t insns) {
    tn_emu_power_on(&board.emu, 1);
    tn_emu_run(&board.emu);
    tn_emu_reset(&board.emu);
    board.emu.limit = insns;
    tn_emu_run(&board.emu);
    board.emu.limit = 0;
    return starts();
}

int main(int argc, char **argv) {
    struct tn_key_pair key;
    struct tn_fault fault = {0};
    struct tn_buf image;

    if (argc != 3 || tn_key_load(argv[2], &key, &fault) ||
            tn_emu_board_open(&board, &tn_emu_microbit, &tn_layout_swap_offset, argv[1])) {
        fprintf(stderr, "ways: %s\n", argc == 3 ? fault.text : "LOADER.elf KEY.pem");
        return 1;
    }
    tn_emu_image_make(board.layout, &key, 1, LEN, &image);
    tn_emu_board_place(&board, TN_RUNNING, &image);
    try_gpregret();
    check(!starts_after_two(WITHIN), "two resets by the pin open recovery");
    check(starts_after_two(0), "two resets with a whole boot in between do not");
    tn_buf_free(&image);
    tn_emu_board_close(&board);
    return failures != 0;
}

// SPDX-License-Identifier: Apache-2.0
// Power lost in front of each call of the flash driver while a board's real loader installs an
// image from its card: the old image or the new one runs afterwards, and the card installs the new
// one in the end.
//
//     card BOARD LOADER.elf KEY.pem [STRIDE]      STRIDE: each so many calls (default: 4)
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/boards/board.h"
#include "support/fat.h"

enum {
    LEN = 6000,
    BLOCKS = TEST_FAT_DATA + 128,
    GPREGRET = 0x4000051c,  // "nRF52840 Product Specification", version 1.1, section 5.3.7
    RECOVER = 0x57,         // Adafruit's value (port/nrf5x/nrf5x.h)
    RESETS = 4,
    STEP_US = 500,
    SLEEPS = 20000,  // 10 s
};
#define LIMIT 40000000ull  // of one run

static struct tn_emu_board board;
static struct tn_buf images[2];
static unsigned cut, calls;
static unsigned sleeps;
static unsigned failures;
static char said[4096];  // on the serial line, since the last power-on
static size_t nsaid;

static void check(bool ok, const char *what, unsigned n) {
    if (!ok) {
        printf("FAILED: %s, cut in front of call %u; the board says:\n%s\n", what, n, said);
        failures++;
    }
}

static void on_byte(struct tn_emu *e, unsigned line, uint8_t byte) {
    (void)e;
    (void)line;
    if (nsaid + 1 < sizeof(said)) {
        said[nsaid++] = (char)byte;
    }
}

static void on_op(struct tn_emu *e, const struct tn_emu_op *op) {
    if (op->begins_call && ++calls == cut) {
        tn_emu_stop(e);
    }
}

static bool on_sleep(struct tn_emu *e, uint64_t until) {
    (void)until;
    tn_emu_pass(e, STEP_US);
    return sleeps++ < SLEEPS;
}

// Runs through the loader's resets. STOPPED: the power was lost.
static enum tn_emu_end run(void) {
    enum tn_emu_end end = TN_EMU_RESET;

    sleeps = 0;
    for (int i = 0; i < RESETS && end == TN_EMU_RESET; i++) {
        if (i) {
            tn_emu_reset(&board.emu);
        }
        board.emu.limit = LIMIT;
        end = tn_emu_run(&board.emu);
    }
    return end;
}

// The application asks for recovery, which finds the card.
static enum tn_emu_end recover(void) {
    tn_emu_store(&board.emu, GPREGRET, 4, RECOVER);
    tn_emu_request_reset(&board.emu);
    tn_emu_reset(&board.emu);
    return run();
}

// One update with a cut. False: it has fewer calls.
static bool try_cut(unsigned n) {
    struct tn_emu *e = &board.emu;

    cut = 0;
    nsaid = 0;
    memset(said, 0, sizeof(said));
    tn_emu_board_place(&board, TN_RUNNING, &images[0]);
    tn_emu_power_on(e, n);
    check(run() == TN_EMU_LEFT && tn_emu_board_runs(&board, &images[0]), "the old image", n);
    cut = n;
    calls = 0;
    enum tn_emu_end end = recover();
    // What follows is the loader's own work: ./run powerfail cuts there.
    bool was_cut = end == TN_EMU_STOPPED && !strstr(said, "installed");
    cut = 0;
    if (end == TN_EMU_STOPPED) {
        tn_emu_power_on(e, n);
        end = run();
    }
    bool is_new = tn_emu_board_runs(&board, &images[1]);
    check(end == TN_EMU_LEFT && (is_new || tn_emu_board_runs(&board, &images[0])), "an image runs",
            n);
    if (!is_new && was_cut) {
        check(recover() == TN_EMU_LEFT && tn_emu_board_runs(&board, &images[1]),
                "the card installs it at last", n);
    }
    check(e->violations == 0, "no violation", n);
    return was_cut;
}

int main(int argc, char **argv) {
    static uint8_t medium[BLOCKS * TEST_FAT_BLOCK];
    struct tn_fault fault = {0};
    struct tn_key_pair key;
    unsigned n = 1;
    unsigned stride = argc > 4 ? (unsigned)atoi(argv[4]) : 4;

    const struct tn_emu_layout *layout = argc >= 4 ? tn_emu_layout_find(argv[1], NULL) : NULL;
    if (!layout || tn_key_load(argv[3], &key, &fault) ||
            tn_emu_board_open(&board, layout, tn_emu_layout_slots(layout), argv[2])) {
        fprintf(stderr, "card: BOARD LOADER.elf KEY.pem %s\n", fault.text);
        return 1;
    }
    for (uint8_t i = 0; i < 2; i++) {
        tn_emu_image_make(layout, &key, (uint8_t)(i + 1), LEN, &images[i]);
    }
    test_fat_make(medium, BLOCKS, images[1].p, (uint32_t)images[1].len);
    board.emu.medium = (struct tn_emu_medium){medium, sizeof(medium), TN_EMU_CARD_SDHC};
    board.emu.on_op = on_op;
    board.emu.on_byte = on_byte;
    board.emu.on_sleep = on_sleep;
    while (try_cut(n) && !failures) {
        tn_emu_erase_all(&board.emu);
        memcpy(board.emu.flash + layout->chip->boot_off, board.loader.image, layout->boot_size);
        n += stride;
    }
    printf("cuts in front of %u calls, one of %u; %u failures\n", n, stride, failures);
    return failures || n < 10;
}

// SPDX-License-Identifier: Apache-2.0
// A stick pulled out after each number of blocks while a board's real loader installs an image from
// it: the old image stays, and recovery goes on; plugged in again, the stick installs the new one.
// And the power lost in front of calls of the flash driver meanwhile, and devices that say of
// themselves what cannot be.
//
//     stick BOARD LOADER.elf KEY.pem [STRIDE]    STRIDE: each so many blocks and calls (default 7)
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "emu/boards/board.h"
#include "emu/core/stick.h"
#include "support/fat.h"

enum {
    LEN = 6000,
    LIARS = 8,
    LIARS_ALL = 100,  // at stride 1
    BLOCKS = TEST_FAT_DATA + 128,
    RESETS = 4,
    STEP_US = 500,
    SLEEPS = 40000,     // 20 s
    GOES_ON = 1000000,  // instructions
};
#define LIMIT 400000000ull  // of one run

static struct tn_emu_board board;
static struct tn_emu_stick stick;
static struct tn_usb_cable cable;
static uint8_t medium[BLOCKS * TEST_FAT_BLOCK];
static struct tn_buf images[2];
static unsigned cut, calls;
static const uint8_t *liar;  // 256 bytes of configuration descriptors; NULL: those of a stick
static unsigned sleeps;
static bool is_over;
static unsigned failures;
static char said[4096];  // on the serial line, since the last power-on
static size_t nsaid;

static void check(bool ok, const char *what, unsigned n) {
    if (!ok) {
        printf("FAILED: %s, at %u; the board says:\n%s\n", what, n, said);
        failures++;
    }
}

// What the board says of a stick from which nothing is installed ends the run.
static void on_byte(struct tn_emu *e, unsigned line, uint8_t byte) {
    (void)line;
    if (nsaid + 1 < sizeof(said)) {
        said[nsaid++] = (char)byte;
    }
    if (byte == '\n' && strstr(said, "stick: ") && !strstr(said, "installed")) {
        is_over = true;
        tn_emu_stop(e);
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

static void hold_button(bool held) {
    const struct tn_emu_layout *l = board.layout;

    tn_emu_pin(&board.emu, l->button_port, l->button_pin, held == l->button_high);
}

// Power on with the button held, which opens recovery: it finds the stick. IDLE: it has said why
// nothing is installed, and goes on.
static enum tn_emu_end recover(enum tn_emu_stick_kind kind, uint32_t after, uint32_t seed) {
    stick = (struct tn_emu_stick){.image = medium,
            .len = sizeof(medium),
            .kind = kind,
            .after = after,
            .config = liar,
            .nconfig = liar ? 256 : 0};
    nsaid = 0;
    memset(said, 0, sizeof(said));
    is_over = false;
    tn_emu_power_on(&board.emu, seed);
    hold_button(true);
    board.emu.limit = LIMIT;
    sleeps = 0;
    enum tn_emu_end end = tn_emu_run(&board.emu);
    hold_button(false);
    if (is_over) {
        board.emu.limit = GOES_ON;
        end = tn_emu_run(&board.emu);
        end = end == TN_EMU_LIMIT || end == TN_EMU_IDLE ? TN_EMU_IDLE : end;
    }
    check(board.emu.faults == 0, "no fault", seed);
    check(board.emu.violations == 0, "no violation", seed);
    if (end == TN_EMU_RESET) {
        tn_emu_reset(&board.emu);
        end = run();
    }
    return end;
}

static void renew(const struct tn_emu_layout *layout) {
    tn_emu_erase_all(&board.emu);
    memcpy(board.emu.flash + layout->chip->boot_off, board.loader.image, layout->boot_size);
    tn_emu_board_place(&board, TN_RUNNING, &images[0]);
}

static bool runs_old(unsigned n) {
    tn_emu_power_on(&board.emu, n);
    return run() == TN_EMU_LEFT && tn_emu_board_runs(&board, &images[0]);
}

// False: the stick is not pulled out any more before it has given all.
static bool try_pulled(unsigned after) {
    enum tn_emu_end end = recover(TN_EMU_STICK_PULLED, after, after);

    if (end == TN_EMU_LEFT) {
        check(tn_emu_board_runs(&board, &images[1]), "the new image after all blocks", after);
        return false;
    }
    check(strstr(said, "stick: ") != NULL, "the stick is called lost", after);
    check(!strstr(said, "installed"), "nothing is installed", after);
    check(runs_old(after), "the old image stays", after);
    return true;
}

// False: the installation has fewer calls. What follows it is the loader's own work.
static bool try_cut(unsigned n) {
    cut = n;
    calls = 0;
    bool was_cut = recover(TN_EMU_STICK_GOOD, 0, n) == TN_EMU_STOPPED && !strstr(said, "installed");
    cut = 0;
    if (was_cut) {
        check(runs_old(n), "the old image after a cut", n);
        check(recover(TN_EMU_STICK_GOOD, 0, n) == TN_EMU_LEFT &&
                        tn_emu_board_runs(&board, &images[1]),
                "the stick installs it at last", n);
    }
    return was_cut;
}

// A device that says what cannot be, or by chance what can: no fault, and nothing but the old image
// or the whole new one. The first ones are those that TinyUSB would believe.
static void try_liars(unsigned n) {
    static const struct {
        uint8_t at, value;
    } lies[] = {{9 + 2, 8}, {9 + 2, 0xff}, {9, 0}, {18, 0}, {2, 0xff}, {9 + 1, 11}, {18 + 2, 0x8f},
            {18 + 4, 0}, {3, 0xff}, {9 + 4, 30}};
    static const uint8_t config[] = {9, 2, 32, 0, 1, 1, 0, 0x80, 50,  //
            9, 4, 0, 0, 2, 8, 6, 0x50, 0, 7, 5, 0x81, 2, 64, 0, 0, 7, 5, 2, 2, 64, 0, 0};
    uint32_t seed = 7;

    renew(board.layout);
    for (unsigned i = 0; i < n; i++) {
        uint8_t lie[256];
        memset(lie, 0xff, sizeof(lie));
        memcpy(lie, config, sizeof(config));
        for (int k = 0; k < 3 && i >= TN_LEN(lies); k++) {
            uint32_t r = tn_emu_random(&seed);
            lie[r % sizeof(config)] = (uint8_t)(r >> 16);
        }
        if (i < TN_LEN(lies)) {
            lie[lies[i].at] = lies[i].value;
        }
        liar = lie;
        enum tn_emu_end end = recover(TN_EMU_STICK_GOOD, 0, i + 1);
        liar = NULL;
        check(end == TN_EMU_LEFT ? tn_emu_board_runs(&board, &images[1]) : end == TN_EMU_IDLE,
                "recovery goes on", i);
        check(end == TN_EMU_LEFT || runs_old(i + 1), "the old image stays", i);
        renew(board.layout);
    }
}

int main(int argc, char **argv) {
    struct tn_fault fault = {0};
    struct tn_key_pair key;
    unsigned stride = argc > 4 ? (unsigned)atoi(argv[4]) : 7;
    unsigned pulled = 1, at = 1;

    const struct tn_emu_layout *layout = argc >= 4 ? tn_emu_layout_find(argv[1], NULL) : NULL;
    if (!layout || tn_key_load(argv[3], &key, &fault) ||
            tn_emu_board_open(&board, layout, tn_emu_layout_slots(layout), argv[2])) {
        fprintf(stderr, "stick: BOARD LOADER.elf KEY.pem %s\n", fault.text);
        return 1;
    }
    for (uint8_t i = 0; i < 2; i++) {
        tn_emu_image_make(layout, &key, (uint8_t)(i + 1), LEN, &images[i]);
    }
    test_fat_make(medium, BLOCKS, images[1].p, (uint32_t)images[1].len);
    cable = tn_emu_stick_cable;
    cable.ctx = &stick;
    board.emu.usb_device = &cable;
    board.emu.on_op = on_op;
    board.emu.on_byte = on_byte;
    board.emu.on_sleep = on_sleep;
    renew(layout);
    while (try_pulled(pulled) && !failures) {
        pulled += stride;
    }
    renew(layout);
    while (try_cut(at) && !failures) {
        renew(layout);
        at += stride;
    }
    try_liars(stride > 1 ? LIARS : LIARS_ALL);
    printf("pulled out after %u blocks, cuts in front of %u calls, one of %u; %u failures\n",
            pulled, at, stride, failures);
    return failures || pulled < 10 || at < 10;
}

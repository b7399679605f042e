// SPDX-License-Identifier: Apache-2.0
// A board's real loader whose external flash is broken, or dies at any of its commands, in an
// upgrade and in its revert.
//
//     external BOARD LOADER.elf KEY.pem [STRIDE [DEVICE.pem]]
//
// STRIDE: it dies at each so many commands. DEVICE.pem: the images are encrypted for this key,
// which the loader has.
//
// While it is dead, the loader runs an image that is whole, or opens recovery; it never hangs and
// breaks no rule. When it is back, the swap goes on: the right image runs, and both are whole. A
// loader in recovery finds out by itself that it is back.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/boards/board.h"
#include "emu/core/memo.h"

enum {
    MIDDLE = 900,  // a command of the upgrade
    LEN = 3 * 4096 - 100,
    KEY_CELL = 136,  // of the loader (prog/enc/board.c)
    STRIDE = 53,     // of the commands, so that all kinds are met
    RESETS = 3,
    SHOWN = 5,
    STEP_US = 20000,  // that pass in a sleep
    SLEEPS = 4000,
    BACK = 500,  // sleeps after which the flash is back
};
#define LIMIT 200000000ull  // instructions of a run

static struct tn_emu_board board, saved;
static struct tn_memo memo;
static struct tn_buf images[2];  // the old one, the new one, as they run
static struct tn_buf stored[2];  // as they lie in the external flash
static unsigned trials, recoveries, failures, sleeps;

static void fail(const char *what, const char *story, uint32_t n) {
    if (failures++ < SHOWN) {
        fprintf(stderr, "FAILED: %s: %s, command %u: ended at %#x (%d), %llu violations\n", story,
                what, n, board.emu.pc, board.emu.end, (unsigned long long)board.emu.violations);
    }
}

static void look(struct tn_emu *e, uint32_t addr, uint32_t size) {
    (void)size;
    tn_memo_look(&memo, e, addr);
}

static enum tn_emu_end boot(uint32_t seed) {
    board.emu.limit = LIMIT;
    return tn_memo_boot(&memo, &board.emu, seed, RESETS);
}

static bool boots(const struct tn_buf *image) {
    return boot(1) == TN_EMU_LEFT && board.emu.violations == 0 && tn_emu_board_runs(&board, image);
}

// True if the loader does something sensible without its flash.
static bool copes(uint32_t seed) {
    enum tn_emu_end end = boot(seed);

    recoveries += end == TN_EMU_IDLE;
    return board.emu.violations == 0 && board.emu.faults == 0 &&
            (end == TN_EMU_IDLE ||
                    (end == TN_EMU_LEFT &&
                            (tn_emu_board_runs(&board, &images[0]) ||
                                    tn_emu_board_runs(&board, &images[1]))));
}

// As in powerfail.c: the test may be over already if the new image has run without the flash.
static bool ends_well(bool is_revert) {
    if (!is_revert && tn_emu_board_pending(&board) != TN_SWAP_REVERT &&
            (!boots(&images[1]) || !tn_emu_board_holds(&board, TN_PREVIOUS, &stored[0]))) {
        return false;
    }
    return boots(&images[0]) && tn_emu_board_holds(&board, TN_CANDIDATE, &stored[1]) &&
            tn_emu_board_pending(&board) == TN_SWAP_NONE;
}

static void restore(void) {
    tn_emu_copy_flash(&board.emu, &saved.emu);
}

static void save(void) {
    tn_emu_copy_flash(&saved.emu, &board.emu);
}

// The flash dies at its nth command. False: there are fewer.
static bool die_at(uint32_t n, bool low, bool is_revert) {
    const char *story = is_revert ? "revert" : "upgrade";

    restore();
    board.emu.nor.dies_at = n;
    board.emu.nor.dies_low = low;
    if (!copes(n)) {
        fail("while it is dead", story, n);
    }
    bool has_died = board.emu.nor_commands > n;
    board.emu.nor.dies_at = 0;
    trials++;
    if (!ends_well(is_revert)) {
        fail("when it is back", story, n);
    }
    return has_died;
}

static void die_everywhere(uint32_t stride, bool is_revert) {
    save();
    for (int low = 0; low < 2; low++) {
        for (uint32_t n = 1 + (uint32_t)low * (stride / 2); die_at(n, low, is_revert);
                n += stride) {
        }
    }
    restore();
}

static bool on_sleep(struct tn_emu *e, uint64_t until) {
    (void)until;
    tn_emu_pass(e, STEP_US);
    if (++sleeps == BACK) {
        e->nor.dies_at = 0;
    }
    return sleeps < SLEEPS;
}

// In the middle of a swap, so that no image can run.
static void come_back(void) {
    save();
    board.emu.nor.dies_at = MIDDLE;
    if (boot(1) != TN_EMU_IDLE) {
        fail("no recovery", "it comes back", MIDDLE);
    }
    board.emu.nor.dies_at = MIDDLE;
    board.emu.on_sleep = on_sleep;
    if (boot(1) != TN_EMU_LEFT || !tn_emu_board_runs(&board, &images[1])) {
        fail("the swap does not go on", "it comes back", MIDDLE);
    }
    board.emu.on_sleep = NULL;
    restore();
}

static void be_broken(void) {
    save();
    for (int kind = TN_EMU_NOR_HIGH; kind < TN_EMU_NOR_KINDS; kind++) {
        if (kind == TN_EMU_NOR_BUSY) {
            continue;  // takes the driver's whole limit: test/port/test_spinor.c
        }
        restore();
        board.emu.nor.kind = (enum tn_emu_nor_kind)kind;
        if (!boots(&images[0])) {
            fail(tn_emu_nor_words[kind], "broken", 0);
        }
        board.emu.nor.kind = TN_EMU_NOR_GOOD;
        if (!ends_well(false)) {
            fail("repaired", tn_emu_nor_words[kind], 0);
        }
        trials++;
    }
    restore();
}

static void make_images(
        const struct tn_emu_layout *l, const struct tn_key_pair *key, const char *device) {
    struct tn_fault fault = {0};
    struct tn_key_pair pair;
    const struct tn_encrypt encrypt = {.key = &pair};

    if (device && tn_key_load(device, &pair, &fault)) {
        fprintf(stderr, "external: %s\n", fault.text);
        exit(1);
    }
    for (uint8_t i = 0; i < 2; i++) {
        if (device) {
            tn_emu_image_make_encrypted(
                    l, key, &encrypt, (uint8_t)(i + 1), LEN, &stored[i], &images[i]);
        } else {
            tn_emu_image_make(l, key, (uint8_t)(i + 1), LEN, &images[i]);
            stored[i] = images[i];
        }
    }
    if (device) {
        board.slots.encrypted = TN_IMAGE_ENCRYPTED;
        board.slots.key_cell = KEY_CELL;
        tn_key_free(&pair);
    }
}

static void open_boards(char **argv, const char *device) {
    struct tn_fault fault = {0};
    struct tn_key_pair key;
    const struct tn_emu_layout *l = tn_emu_layout_find(argv[1], NULL);

    if (!l || tn_key_load(argv[3], &key, &fault) ||
            tn_emu_board_open(&board, l, tn_emu_layout_slots(l), argv[2]) ||
            tn_emu_board_open(&saved, l, tn_emu_layout_slots(l), argv[2]) ||
            tn_memo_open(&memo, &board.loader)) {
        fprintf(stderr, "external: %s\n", fault.text);
        exit(1);
    }
    board.emu.on_insn = look;
    make_images(l, &key, device);
    tn_key_free(&key);
}

int main(int argc, char **argv) {
    uint32_t stride = argc > 4 ? (uint32_t)atoi(argv[4]) : STRIDE;

    if (argc < 4 || !stride) {
        fprintf(stderr, "usage: external BOARD LOADER.elf KEY.pem [STRIDE [DEVICE.pem]]\n");
        return 64;
    }
    open_boards(argv, argc > 5 ? argv[5] : NULL);
    tn_emu_board_place(&board, TN_RUNNING, &images[0]);
    tn_emu_board_place(&board, TN_CANDIDATE, &stored[1]);
    tn_emu_board_request(&board, TN_SWAP_TEST);
    be_broken();
    come_back();
    die_everywhere(stride, false);
    if (!boots(&images[1])) {
        fail("the upgrade", "no fault", 0);
    }
    die_everywhere(stride, true);
    printf("%u trials, %u of them in recovery; %u failures\n", trials, recoveries, failures);
    return failures || !recoveries || trials < 10;
}

// SPDX-License-Identifier: Apache-2.0
// The real loader of prog/single decrypts what an upload has left in the only slot. The power is
// cut at flash operations, all erases and one write in EVERY; the next boot goes on, and is cut as
// well.
//
//     single BOARD LOADER.elf KEY.pem DEVICE.pem
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/boards/board.h"
#include "emu/core/memo.h"

enum {
    LEN = 6140,  // whose payload is whole blocks of AES, in two sectors
    RESETS = 3,
    EVERY = 397,  // also of the second boot
};

static struct tn_emu_board board, trial, second;
static struct tn_memo memo;
static struct tn_buf stored, clear;
static unsigned ops, inner_ops, cuts, failures;

static void check(bool ok, const char *what) {
    if (!ok) {
        failures++;
        fprintf(stderr, "FAILED: %s (operations %u, %u)\n", what, ops, inner_ops);
    }
}

static void look(struct tn_emu *e, uint32_t addr, uint32_t size) {
    (void)size;
    tn_memo_look(&memo, e, addr);
}

static bool boots(struct tn_emu_board *b) {
    return tn_memo_boot(&memo, &b->emu, 1, RESETS) == TN_EMU_LEFT && b->emu.violations == 0 &&
            tn_emu_board_runs(b, &clear);
}

// No 16 bytes of the clear payload lie behind the slot's image.
static bool leaks(const struct tn_emu *e) {
    uint32_t from = board.layout->primary + 2 * LEN;
    uint32_t at = board.layout->header + 512;

    for (uint32_t to = from; to + 16 <= e->chip->flash_size; to++) {
        if (!memcmp(e->flash + to, clear.p + at, 16)) {
            return true;
        }
    }
    return false;
}

static void cut_second(struct tn_emu *e, const struct tn_emu_op *op) {
    inner_ops++;
    if (!op->is_erase && inner_ops % EVERY) {
        return;
    }
    cuts++;
    tn_emu_copy(&second.emu, e);
    second.emu.on_op = NULL;
    tn_emu_tear(&second.emu, op, cuts);
    check(!leaks(&second.emu), "a clear byte lies in scratch");
    check(boots(&second), "the image does not run after two cuts");
}

static void cut(struct tn_emu *e, const struct tn_emu_op *op) {
    ops++;
    if (!op->is_erase && ops % EVERY) {
        return;
    }
    cuts++;
    tn_emu_copy(&trial.emu, e);
    trial.emu.on_op = cut_second;
    inner_ops = 0;
    tn_emu_tear(&trial.emu, op, cuts);
    check(!leaks(&trial.emu), "a clear byte lies in scratch");
    check(boots(&trial), "the image does not run after a cut");
    inner_ops = 0;
}

int main(int argc, char **argv) {
    const struct tn_emu_layout *l = argc == 5 ? tn_emu_layout_find(argv[1], NULL) : NULL;
    struct tn_key_pair key, device;
    const struct tn_encrypt encrypt = {.key = &device};
    struct tn_fault fault = {0};

    if (!l || tn_key_load(argv[3], &key, &fault) || tn_key_load(argv[4], &device, &fault) ||
            tn_emu_board_open(&board, l, tn_emu_layout_slots(l), argv[2]) ||
            tn_emu_board_open(&trial, l, tn_emu_layout_slots(l), argv[2]) ||
            tn_emu_board_open(&second, l, tn_emu_layout_slots(l), argv[2]) ||
            tn_memo_open(&memo, &board.loader)) {
        fprintf(stderr, "usage: single BOARD LOADER.elf KEY.pem DEVICE.pem %s\n", fault.text);
        return 64;
    }
    board.emu.on_insn = look;
    trial.emu.on_insn = look;
    second.emu.on_insn = look;
    tn_emu_image_make_encrypted(l, &key, &encrypt, 1, LEN, &stored, &clear);
    tn_emu_board_place(&board, TN_RUNNING, &stored);
    board.emu.on_op = cut;
    check(boots(&board), "the image does not run");
    board.emu.on_op = NULL;
    check(memcmp(board.emu.flash + l->primary, clear.p, LEN) == 0, "the slot is not clear");
    check(boots(&board), "the outcome is written down");
    check(boots(&board) && board.emu.units == 0, "a boot without news writes");
    memcpy(board.emu.flash + l->primary, stored.p, LEN);
    board.emu.flash[l->primary + 1000] ^= 1;
    check(tn_memo_boot(&memo, &board.emu, 1, RESETS) == TN_EMU_IDLE && board.emu.erases == 0,
            "a damaged image is touched");
    printf("%u operations, %u cuts, %u failures\n", ops, cuts, failures);
    return failures || cuts < 100;
}

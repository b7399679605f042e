// SPDX-License-Identifier: Apache-2.0
// The real loader of prog/keylist takes key lists, on an emulated nRF52: the power is cut at every
// flash operation of two lists, an image of a revoked key does not run afterwards, and an
// application cannot erase or write the lists.
//
//     keylist BOARD LOADER.elf OLD.pem NEXT.pem LIST.pem
//
// The loader has these three keys: two for images, and one for lists.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/boards/board.h"
#include "emu/core/memo.h"
#include "host/files/key_list.h"
#include "nrf5x/boards/rak4631/layout.h"

enum {
    LEN = 3000,
    RESETS = 3,
    HALF = KEYS_SIZE / 2,
    EVERY = 3,  // words of a list that are cut: one in so many, besides all erases
    OLD = 0,
    NEXT = 1,
    LISTS = 2,
};

// "nRF52840 Product Specification", version 1.1, section 4.3: CONFIG, its values, and ERASEPAGE.
#define NVMC_CONFIG 0x4001e504u
#define NVMC_ERASEPAGE 0x4001e508u
#define NVMC_EEN 2u

static struct tn_emu_board board, trial;
static struct tn_memo memo;
static struct tn_key_pair keys[3];
static struct tn_buf lists[2];
static unsigned ops, cuts, failures;

static void check(bool ok, const char *what) {
    if (!ok) {
        failures++;
        fprintf(stderr, "FAILED: %s (operation %u)\n", what, ops);
    }
}

static void look(struct tn_emu *e, uint32_t addr, uint32_t size) {
    (void)size;
    tn_memo_look(&memo, e, addr);
}

static const uint8_t *half(const struct tn_emu_board *b, int i) {
    return b->emu.flash + KEYS_ADDR + i * HALF;
}

static bool half_has(const struct tn_emu_board *b, int i, const struct tn_buf *list) {
    return list->p && memcmp(half(b, i), list->p, list->len) == 0;
}

static bool both_have(const struct tn_emu_board *b, const struct tn_buf *list) {
    return half_has(b, 0, list) && half_has(b, 1, list);
}

// ---- Images and lists --------------------------------------------------------------------------

static struct tn_buf make_list(uint32_t number, bool revoked_old) {
    const bool revoked[] = {revoked_old, false, false};
    const struct tn_key_list_opts o = {
            .signer = &keys[LISTS], .number = number, .keys = keys, .revoked = revoked, .n = 3};
    struct tn_fault fault = {0};
    struct tn_buf ret = {0};

    if (tn_key_list_make(&o, &ret, &fault)) {
        fprintf(stderr, "keylist: %s\n", fault.text);
        exit(1);
    }
    return ret;
}

// The image of tn_emu_image_make, with a list.
static struct tn_buf make_image(int key, uint8_t major, const struct tn_buf *list) {
    const struct tn_sign_opts opts = {.key = &keys[key],
            .version = {.major = major},
            .hdr_size = board.layout->header,
            .pad_header = true,
            .erased = 0xff,
            .key_list = list};
    struct tn_fault fault = {0};
    struct tn_buf plain, ret = {0};

    tn_emu_image_make(board.layout, &keys[key], major, LEN, &plain);
    struct tn_buf payload = {plain.p + board.layout->header, LEN - 300u};
    if (tn_sign(&payload, &opts, "payload", &ret, &fault)) {
        fprintf(stderr, "keylist: %s\n", fault.text);
        exit(1);
    }
    tn_buf_free(&plain);
    return ret;
}

static bool boots(struct tn_emu_board *b, const struct tn_buf *image) {
    return tn_memo_boot(&memo, &b->emu, 1, RESETS) == TN_EMU_LEFT && b->emu.violations == 0 &&
            tn_emu_board_runs(b, image);
}

// ---- Power cuts --------------------------------------------------------------------------------

static const struct tn_buf *running, *before, *after;

static void cut(struct tn_emu *e, const struct tn_emu_op *op) {
    if (op->off < KEYS_ADDR || op->off >= KEYS_ADDR + KEYS_SIZE) {
        return;
    }
    ops++;
    if (!op->is_erase && ops % EVERY) {
        return;
    }
    cuts++;
    tn_emu_copy(&trial.emu, e);
    trial.emu.on_op = NULL;
    tn_emu_tear(&trial.emu, op, cuts);
    check(!before->p || half_has(&trial, 0, before) || half_has(&trial, 1, before) ||
                    half_has(&trial, 0, after) || half_has(&trial, 1, after),
            "no half holds a list after a cut");
    check(boots(&trial, running), "the image does not run after a cut");
    check(both_have(&trial, after), "the list is not in both halves after the next boot");
}

static void take_list(
        const struct tn_buf *image, const struct tn_buf *old, const struct tn_buf *new) {
    running = image;
    before = old;
    after = new;
    ops = 0;
    tn_emu_board_place(&board, TN_RUNNING, image);
    board.emu.on_op = cut;
    check(boots(&board, image), "the image does not run");
    board.emu.on_op = NULL;
    check(both_have(&board, new), "the list is not taken");
    check(ops > 4, "too few operations: were there cuts?");
}

// ---- An application that writes to the area ----------------------------------------------------

static void forge(void) {
    uint8_t *copy = malloc(KEYS_SIZE);

    memcpy(copy, half(&board, 0), KEYS_SIZE);
    for (uint32_t at = 0; at < KEYS_SIZE; at += SECTOR) {
        tn_emu_store(&board.emu, NVMC_CONFIG, 4, NVMC_EEN);
        tn_emu_store(&board.emu, NVMC_ERASEPAGE, 4, KEYS_ADDR + at);
    }
    check(memcmp(copy, half(&board, 0), KEYS_SIZE) == 0, "the application has erased the lists");
    free(copy);
    memset(board.emu.flash + STORAGE_ADDR, 0, SECTOR);
    tn_emu_store(&board.emu, NVMC_CONFIG, 4, NVMC_EEN);
    tn_emu_store(&board.emu, NVMC_ERASEPAGE, 4, STORAGE_ADDR);
    check(board.emu.flash[STORAGE_ADDR] == 0xff, "the same store erases nothing at all");
    board.emu.violations = 0;
}

// -------------------------------------------------------------------------------------------------

static void open_all(char **argv) {
    const struct tn_emu_layout *l = tn_emu_layout_find(argv[1], NULL);
    struct tn_fault fault = {0};

    for (int i = 0; i < 3; i++) {
        if (tn_key_load(argv[3 + i], &keys[i], &fault)) {
            fprintf(stderr, "keylist: %s\n", fault.text);
            exit(1);
        }
    }
    keys[LISTS].role = TN_KEY_FOR_LISTS;
    if (!l || tn_emu_board_open(&board, l, tn_emu_layout_slots(l), argv[2]) ||
            tn_emu_board_open(&trial, l, tn_emu_layout_slots(l), argv[2]) ||
            tn_memo_open(&memo, &board.loader)) {
        exit(1);
    }
    board.emu.on_insn = look;
    trial.emu.on_insn = look;
}

int main(int argc, char **argv) {
    static const struct tn_buf none;

    if (argc != 6) {
        fprintf(stderr, "usage: keylist BOARD LOADER.elf OLD.pem NEXT.pem LIST.pem\n");
        return 64;
    }
    open_all(argv);
    lists[0] = make_list(1, false);
    lists[1] = make_list(2, true);
    struct tn_buf old = make_image(OLD, 1, &lists[0]);
    struct tn_buf waits = make_image(OLD, 2, &lists[1]);
    struct tn_buf next = make_image(NEXT, 3, &lists[1]);

    take_list(&old, &none, &lists[0]);
    forge();
    tn_emu_board_place(&board, TN_RUNNING, &waits);
    check(boots(&board, &waits) && both_have(&board, &lists[0]), "a list that locks out is taken");
    take_list(&next, &lists[0], &lists[1]);
    check(boots(&board, &next) && board.emu.units == 0, "a boot without news writes");
    tn_emu_board_place(&board, TN_RUNNING, &old);
    check(tn_memo_boot(&memo, &board.emu, 1, RESETS) != TN_EMU_LEFT,
            "an image of a revoked key runs");
    tn_emu_board_place(&board, TN_CANDIDATE, &waits);
    tn_emu_board_request(&board, TN_SWAP_PERM);
    check(tn_memo_boot(&memo, &board.emu, 1, RESETS) != TN_EMU_LEFT,
            "a candidate of a revoked key runs");
    tn_emu_board_place(&board, TN_RUNNING, &next);
    check(boots(&board, &next), "the image of the key that remains does not run");
    printf("%u cuts, %u failures\n", cuts, failures);
    return failures || cuts < 40;
}

// SPDX-License-Identifier: Apache-2.0
// The loader of a board whose security counter is in the chip's OTP (cortexm/guard_once.c).
//
//     otp BOARD LOADER.elf KEY.pem ADDRESS SIZE       of the counter's words
//
// The counter rises with a confirmed image, outlives an erase of all flash, and refuses what is
// older. The power is cut at every write of OTP; then OTP fills up.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/compiler.h"
#include "emu/boards/board.h"

enum {
    LEN = 3000,
    PLACE = 8,
    RESETS = 3,  // of a boot: power cuts are none
    TEARS = 12,  // ways in which a write is torn
    OLD = 0,     // images: version 1 and 2, with the counters 2 and 5
    NEW,
    IMAGES,
};
static const uint32_t counters[IMAGES] = {2, 5};

static struct tn_emu_board board;
static struct tn_emu *e = &board.emu;
static struct tn_buf image[IMAGES];
static uint8_t *otp;   // the counter's words
static uint32_t size;  // bytes of them
static unsigned otp_ops, cut;
static bool tears;
static uint32_t seed;
static int failures;

static void check(bool ok, const char *what) {
    if (!ok) {
        printf("FAILED: %s: %s\n", board.layout->name, what);
        failures++;
    }
}

// The highest value with its complement, as SPEC.md has it.
static uint32_t counter(void) {
    uint32_t most = 0;

    for (uint32_t i = 0; i < size; i += PLACE) {
        uint32_t value = tn_get_le32(otp + i);
        if (tn_get_le32(otp + i + 4) == ~value && value > most) {
            most = value;
        }
    }
    return most;
}

static void on_op(struct tn_emu *emu, const struct tn_emu_op *op) {
    if (op->off < emu->chip->flash_size || ++otp_ops != cut) {
        return;
    }
    if (tears) {
        tn_emu_tear(emu, op, seed);
    }
    tn_emu_stop(emu);
}

// True if the image runs in the end.
static bool boots(int which) {
    otp_ops = 0;
    return tn_emu_boot(e, 1, RESETS) == TN_EMU_LEFT && tn_emu_board_runs(&board, &image[which]) &&
            e->faults == 0 && e->violations == 0;
}

// As a programmer leaves the chip: OTP keeps what it has.
static void program(int which) {
    tn_emu_erase_all(e);
    memcpy(e->flash + board.layout->chip->boot_off, board.loader.image, board.layout->boot_size);
    tn_emu_board_place(&board, TN_RUNNING, &image[which]);
}

static void fresh_otp(void) {
    const struct tn_emu_chip *c = e->chip;

    memset(e->flash + c->flash_size, 0xff, c->otp_size);
    memset(e->writes + c->flash_size / c->unit, 0, c->otp_size / c->unit);
    e->nbad = 0;
}

static void upgrade(int which, enum tn_swap_type how) {
    tn_emu_board_place(&board, TN_CANDIDATE, &image[which]);
    tn_emu_board_request(&board, how);
}

static void try_raise(void) {
    program(OLD);
    check(boots(OLD) && counter() == 2, "the first image's counter is in OTP");
    upgrade(NEW, TN_SWAP_TEST);
    check(boots(NEW) && counter() == 2, "an image on test raises nothing");
    check(boots(OLD) && counter() == 2, "nor does one that was reverted");
    upgrade(NEW, TN_SWAP_PERM);
    check(boots(NEW) && counter() == 5, "one that stays does");
    unsigned writes = otp_ops;
    check(boots(NEW) && otp_ops == 0 && writes > 0, "once");
    upgrade(OLD, TN_SWAP_PERM);
    check(boots(NEW) && counter() == 5, "an older one is refused");
    program(OLD);
    check(!boots(OLD) && e->violations == 0 && counter() == 5, "also after an erase of all flash");
    program(NEW);
    check(boots(NEW), "where one that is new enough runs");
}

// Before every write of OTP, and in it, torn.
static void cut_at(unsigned at, uint32_t tear) {
    fresh_otp();
    program(OLD);
    check(boots(OLD), "the old image runs");
    program(NEW);
    cut = at;
    tears = tear != 0;
    seed = tear;
    otp_ops = 0;
    check(tn_emu_boot(e, 1, RESETS) == TN_EMU_STOPPED, "the power goes");
    cut = 0;
    check(counter() == 2 || counter() == 5, "a cut leaves the old counter or the new one");
    check(boots(NEW) && counter() == 5, "the next boot raises it");
}

static void try_cuts(void) {
    unsigned writes = e->chip->unit < PLACE ? PLACE / e->chip->unit : 1;

    for (unsigned at = 1; at <= writes; at++) {
        for (uint32_t tear = 0; tear <= TEARS; tear++) {
            cut_at(at, tear);
        }
    }
}

static void try_full(void) {
    fresh_otp();
    program(OLD);
    check(boots(OLD), "the old image runs");
    for (uint32_t i = PLACE; i < size; i++) {
        otp[i] = 0;
    }
    program(NEW);
    check(boots(NEW) && counter() == 2 && otp_ops == 0, "where OTP is full the image runs");
    program(OLD);
    check(boots(OLD) && counter() == 2, "and the counter stays");
}

int main(int argc, char **argv) {
    const struct tn_emu_layout *const *l = tn_emu_layouts;
    struct tn_key_pair key;
    struct tn_fault fault = {0};

    while (argc == 6 && *l && strcmp((*l)->name, argv[1])) {
        l++;
    }
    if (argc != 6 || !*l || tn_key_load(argv[3], &key, &fault) ||
            tn_emu_board_open(&board, *l, tn_emu_layout_slots(*l), argv[2])) {
        fprintf(stderr, "usage: otp BOARD LOADER.elf KEY.pem ADDRESS SIZE %s\n", fault.text);
        return 64;
    }
    uint32_t off = (uint32_t)strtoul(argv[4], NULL, 0) & 0x7ff;  // both families begin at such one
    size = (uint32_t)strtoul(argv[5], NULL, 0);
    otp = e->flash + e->chip->flash_size + off;
    e->on_op = on_op;
    for (int i = 0; i < IMAGES; i++) {
        tn_emu_image_make_counted(*l, &key, (uint8_t)(i + 1), counters[i], LEN, &image[i]);
    }
    try_raise();
    try_cuts();
    try_full();
    printf("%s: %d failures\n", (*l)->name, failures);
    for (int i = 0; i < IMAGES; i++) {
        tn_buf_free(&image[i]);
    }
    tn_key_free(&key);
    tn_emu_board_close(&board);
    return failures != 0;
}

// SPDX-License-Identifier: Apache-2.0
// The real loader of prog/mark: it marks an image once, an application can neither write nor erase
// the mark, recovery leaves none, and a chip whose lock does not hold gets none.
//
//     mark BOARD LOADER.elf KEY.pem
//
// The board's mark is the last 4 KiB of what its loader locks.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/boards/board.h"

enum {
    LEN = 3000,
    MARK_SIZE = 0x1000,
    MARK_LEN = 112,
    UNIT = 4,
    LESS = 600000,  // instructions that a check of a signature takes at least
};

// For a call of the loader's flash driver, which plays a faulty application.
#define OUTSIDE 0x20003000u
#define BUF 0x20001000u

static struct tn_emu_board board;
static struct tn_emu *e = &board.emu;
static struct tn_buf one, two, bad;
static uint8_t erased[MARK_LEN];
static int failures;

static void check(bool ok, const char *what) {
    printf("%s: %s\n", ok ? "ok" : "FAILED", what);
    failures += !ok;
}

static uint32_t mark_at(void) {
    return board.layout->locked_end - MARK_SIZE;
}

static uint8_t *mark(void) {
    return e->flash + mark_at();
}

static bool is_void(void) {
    return memcmp(mark(), erased, MARK_LEN) == 0;
}

// Returns the instructions of the boot.
static uint64_t boots(const struct tn_buf *image, const char *what) {
    check(tn_emu_boot(e, 1, 0) == TN_EMU_LEFT && tn_emu_board_runs(&board, image) &&
                    e->violations == 0,
            what);
    return e->insns;
}

// ---- What is written from outside of the loader ------------------------------------------------

static void call(const char *name, uint32_t off) {
    const struct tn_elf_function *f = tn_elf_find(&board.loader, name);
    uint32_t regs[TN_EMU_REGS];

    memset(e->ram + (BUF - board.layout->chip->ram_base), 0, UNIT);
    tn_emu_get_regs(e, regs);
    regs[0] = 0;
    regs[1] = off;
    regs[2] = BUF;
    regs[3] = UNIT;
    regs[TN_EMU_LR] = OUTSIDE | 1;
    regs[TN_EMU_PC] = f ? f->addr | 1 : 0;
    // A run that follows one that has ended by an idle core ends at once, once.
    enum tn_emu_end end = TN_EMU_IDLE;
    for (int i = 0; i < 2 && end == TN_EMU_IDLE; i++) {
        tn_emu_set_regs(e, regs);
        end = tn_emu_run(e);
    }
    if (!f || end != TN_EMU_LEFT || e->pc != OUTSIDE) {
        check(false, name);
    }
}

static void erase(uint32_t at) {
    call("erase", at);
}

static void program(uint32_t at) {
    call("prog", at);
}

static void forge(const char *what) {
    uint8_t before[MARK_SIZE];
    uint32_t behind = board.layout->locked_end;

    memcpy(before, mark(), MARK_SIZE);
    e->violations = 0;
    erase(mark_at());
    erase(mark_at() + MARK_SIZE - 1024);
    program(mark_at());
    program(mark_at() + MARK_LEN);
    check(memcmp(before, mark(), MARK_SIZE) == 0, what);
    check(e->violations >= 4, "each of these operations was refused");
    // The same operations change the block behind it, which is the application's.
    program(behind + 8);
    check(e->flash[behind + 8] == 0, "the block behind it can be written");
    erase(behind);
    check(e->flash[behind + 8] == 0xff, "and erased");
    e->violations = 0;
}

// ---- Stories -----------------------------------------------------------------------------------

static void marks_once(void) {
    tn_emu_board_place(&board, TN_RUNNING, &one);
    uint64_t first = boots(&one, "an image without a mark runs");
    check(!is_void(), "it has a mark");
    uint64_t second = boots(&one, "an image with a mark runs");
    check(second + LESS < first && e->units == 0 && e->erases == 0,
            "without a check of its signature, and nothing is written");
    forge("an application cannot change the mark");
    tn_emu_board_place(&board, TN_RUNNING, &one);
}

// What the lock is for: the mark of the bad image would be believed, if somebody could write it.
static void believes_what_it_wrote(void) {
    uint8_t good[MARK_LEN];

    memcpy(good, mark(), sizeof(good));
    tn_emu_board_place(&board, TN_RUNNING, &bad);
    check(tn_emu_boot(e, 1, 0) == TN_EMU_IDLE, "another image with a wrong signature does not run");
    check(is_void(), "and recovery has erased the mark");
    forge("nor can recovery change it");
    memcpy(mark(), good, sizeof(good));
    tn_emu_board_place(&board, TN_RUNNING, &one);
    boots(&one, "the loader believes the mark that it has written");
}

static void updates(void) {
    tn_emu_board_place(&board, TN_CANDIDATE, &two);
    tn_emu_board_request(&board, TN_SWAP_TEST);
    boots(&two, "an update runs");
    check(is_void(), "the mark of the image before it is gone");
    boots(&one, "it is reverted");
    check(is_void(), "and what comes back has none");
    boots(&one, "until its signature is checked where it runs");
    check(!is_void(), "it has one again");
}

static void recovers(void) {
    const struct tn_emu_layout *l = board.layout;

    if (!l->has_button) {
        return;
    }
    tn_emu_pin(e, l->button_port, l->button_pin, l->button_high);
    check(tn_emu_boot(e, 1, 0) == TN_EMU_IDLE, "the button opens recovery");
    check(is_void(), "which erases the mark of a genuine image, too");
    forge("and locks its block");
    tn_emu_pin(e, l->button_port, l->button_pin, !l->button_high);
    tn_emu_board_place(&board, TN_RUNNING, &one);
    boots(&one, "the image is checked and runs");
    check(!is_void(), "and has a mark");
}

int main(int argc, char **argv) {
    const struct tn_emu_layout *l = argc == 4 ? tn_emu_layout_find(argv[1], NULL) : NULL;
    struct tn_key_pair key;
    struct tn_fault fault = {0};

    if (!l || tn_key_load(argv[3], &key, &fault) ||
            tn_emu_board_open(&board, l, tn_emu_layout_slots(l), argv[2])) {
        fprintf(stderr, "usage: mark BOARD LOADER.elf KEY.pem %s\n", fault.text);
        return 64;
    }
    memset(erased, 0xff, sizeof(erased));
    tn_emu_image_make(l, &key, 1, LEN, &one);
    tn_emu_image_make(l, &key, 2, LEN, &two);
    tn_emu_image_make(l, &key, 3, LEN, &bad);
    bad.p[LEN - 1] ^= 1;  // of the signature
    marks_once();
    believes_what_it_wrote();
    updates();
    recovers();
    tn_buf_free(&one);
    tn_buf_free(&two);
    tn_buf_free(&bad);
    tn_key_free(&key);
    tn_emu_board_close(&board);
    return failures != 0;
}

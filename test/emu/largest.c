// SPDX-License-Identifier: Apache-2.0
// The largest image of each board: it fills its slot to the last byte that may be used, is swapped
// in, and is reverted. One byte more is refused by the tool, by the loader and by its recovery.
//
//     largest --list             prints each board's strategy and the bytes of its largest image
//     largest FOLDER KEY.pem [BOARD...]     FOLDER has a folder of each board, with its boot.elf
//
// The README's table of boards has the figures of --list (tools/size).
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/check.h"
#include "emu/boards/board.h"
#include "emu/chip/chips.h"
#include "talk.h"

enum {
    RESETS = 3,        // allowed in one boot; none is expected
    FIRST = 1,         // an upload goes on until this many bytes have arrived
    STALL_US = 10000,  // a Bluetooth connection survives that (port/nrf5x/flash_parts.c)
};

static const struct tn_emu_layout *layout;
static struct tn_emu_board board;
static struct tn_memo memo;
static struct talk talk;
static struct tn_key_pair key;
static int failures;

static void check(bool ok, const char *what) {
    if (!ok) {
        printf("FAILED: %s: %s (pc %#x)\n", layout->name, what, board.emu.pc);
        failures++;
    }
}

static uint32_t largest_of(const struct tn_emu_layout *l) {
    struct tn_emu_board map = {0};

    tn_emu_board_map(&map, l, tn_emu_layout_slots(l));
    return tn_slots_max_image(&map.slots);
}

static void list(void) {
    for (const struct tn_emu_layout *const *l = tn_emu_layouts; *l; l++) {
        printf("%s %s %u\n", (*l)->name, tn_layout_name(tn_emu_layout_slots(*l)),
                (unsigned)largest_of(*l));
    }
}

// ---- The tool --------------------------------------------------------------------------

// As cmake/firmware.cmake signs for the board.
static int sign(
        const struct tn_buf *payload, uint8_t major, struct tn_buf *ret, struct tn_fault *f) {
    uint32_t begin, sector;

    tn_emu_sector_at(layout->chip, layout->primary, &begin, &sector);
    struct tn_sign_opts opts = {.key = &key,
            .version = {.major = major},
            .hdr_size = layout->header,
            .pad_header = true,
            .erased = 0xff,
            .slot = {.slot_size = layout->primary_size,
                    .spare_size = layout->secondary_size,
                    .sector_size = sector,
                    .max_sectors = layout->secondary_size / sector,
                    .align = layout->chip->unit,
                    .layout = tn_emu_layout_slots(layout)}};
    return tn_sign(payload, &opts, "payload", ret, f);
}

// The payload of an image, made into an image again: the same signature, since it has no chance.
static int sign_again(const struct tn_buf *image, struct tn_buf *ret, struct tn_fault *f) {
    struct tn_image_hdr h;

    tn_image_hdr_get(&h, image->p);
    struct tn_buf payload = {image->p + h.hdr_size, h.img_size};
    return sign(&payload, h.version.major, ret, f);
}

static void try_tool(const struct tn_buf *image, const struct tn_buf *too_large) {
    struct tn_fault f = {0};
    struct tn_buf ret;

    check(sign_again(image, &ret, &f) == 0 && ret.len == image->len &&
                    memcmp(ret.p, image->p, ret.len) == 0,
            "the tool signs the largest image");
    tn_buf_free(&ret);
    check(sign_again(too_large, &ret, &f) != 0 && f.kind == TN_FAULT_TOO_LARGE &&
                    strstr(f.text, "and the slot takes at most"),
            "the tool refuses one byte more, and says why");
}

// ---- The loader ------------------------------------------------------------------------

static bool boots(const struct tn_buf *image) {
    return tn_memo_boot(&memo, &board.emu, 1, RESETS) == TN_EMU_LEFT && board.emu.faults == 0 &&
            board.emu.violations == 0 && tn_emu_board_runs(&board, image);
}

static void try_swap(const struct tn_buf image[2]) {
    tn_emu_board_place(&board, TN_RUNNING, &image[0]);
    tn_emu_board_place(&board, TN_CANDIDATE, &image[1]);
    tn_emu_board_request(&board, TN_SWAP_TEST);
    check(boots(&image[1]) && tn_emu_board_holds(&board, TN_PREVIOUS, &image[0]), "the upgrade");
    check(boots(&image[0]) && tn_emu_board_holds(&board, TN_CANDIDATE, &image[1]) &&
                    tn_emu_board_pending(&board) == TN_SWAP_NONE,
            "the revert");
}

// A programmer has put an image there that is too large.
static void try_too_large(const struct tn_buf *old, const struct tn_buf *image) {
    tn_emu_board_place(&board, TN_RUNNING, old);
    tn_emu_board_place(&board, TN_CANDIDATE, image);
    tn_emu_board_request(&board, TN_SWAP_TEST);
    check(boots(old) && tn_emu_board_pending(&board) == TN_SWAP_NONE, "the loader refuses it");
}

// ---- Its recovery ----------------------------------------------------------------------

// Without any image the loader opens recovery by itself.
static void try_upload(const struct tn_buf *image, const struct tn_buf *too_large) {
    static const char words[] = "img too large";

    tn_emu_erase_all(&board.emu);
    memcpy(board.emu.flash + layout->chip->boot_off, board.loader.image, layout->boot_size);
    tn_emu_power_on(&board.emu, 1);
    int rc = talk_upload(&talk, too_large->p, too_large->len, 0);
    struct tn_span why = talk.client.reply.reason;
    check(rc > 0 && why.len == strlen(words) && memcmp(why.ptr, words, why.len) == 0 &&
                    talk.client.acked == 0 && board.emu.erases == 0,
            "recovery refuses it, and says why");
    check(talk_upload(&talk, image->p, image->len, FIRST) == 0, "recovery takes the largest image");
}

static bool erases_in_parts(void) {
    return layout->chip == &tn_emu_nrf52840 || layout->chip == &tn_emu_nrf52833;
}

static int try_board(const char *folder) {
    struct tn_buf image[3];
    char loader[512];

    snprintf(loader, sizeof(loader), "%s/%s/boot.elf", folder, layout->name);
    if (tn_emu_board_open(&board, layout, tn_emu_layout_slots(layout), loader) ||
            tn_memo_open(&memo, &board.loader)) {
        return -1;
    }
    talk_open(&talk, &board.emu, &memo);
    uint32_t most = largest_of(layout);
    for (uint8_t i = 0; i < 3; i++) {
        tn_emu_image_make(layout, &key, (uint8_t)(i + 1), most + (i == 2), &image[i]);
    }
    try_tool(&image[0], &image[2]);
    try_swap(image);
    try_too_large(&image[0], &image[2]);
    try_upload(&image[0], &image[2]);
    printf("%s: %u bytes; the core stood still for %u us at most\n", layout->name, (unsigned)most,
            (unsigned)board.emu.longest_stall_us);
    if (erases_in_parts()) {
        check(board.emu.longest_stall_us <= STALL_US, "a page is erased in short parts");
    }
    for (int i = 0; i < 3; i++) {
        tn_buf_free(&image[i]);
    }
    tn_memo_close(&memo);
    tn_emu_board_close(&board);
    return 0;
}

static bool is_named(char **names, int n) {
    for (int i = 0; i < n; i++) {
        if (!strcmp(names[i], layout->name)) {
            return true;
        }
    }
    return n == 0;
}

int main(int argc, char **argv) {
    struct tn_fault fault = {0};

    if (argc == 2 && !strcmp(argv[1], "--list")) {
        list();
        return 0;
    }
    if (argc < 3 || tn_key_load(argv[2], &key, &fault)) {
        fprintf(stderr, "largest: %s\n",
                argc < 3 ? "--list, or FOLDER KEY.pem [BOARD...]" : fault.text);
        return 64;
    }
    for (const struct tn_emu_layout *const *l = tn_emu_layouts; *l; l++) {
        layout = *l;
        if (is_named(argv + 3, argc - 3) && try_board(argv[1])) {
            return 1;
        }
    }
    tn_key_free(&key);
    return failures != 0;
}

// SPDX-License-Identifier: Apache-2.0
// A loader that knows Zephyr's retained boot mode (TN_BOARD_ASKED): an application that was made
// for MCUboot sets it and resets.
//
//     boot_mode BOARD LOADER.elf KEY.pem ADDRESS      the area: 16 bytes, prefix 08 04, CRC-8
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/boot_mode.h"
#include "emu/boards/board.h"

enum { LEN = 3000, SIZE = 16 };

static struct tn_emu_board board;
static struct tn_emu *e = &board.emu;
static struct tn_buf image;
static uint8_t *ram;
static int failures;

static void check(bool ok, const char *what) {
    printf("%s: %s\n", ok ? "ok" : "FAILED", what);
    failures += !ok;
}

static void load(const struct tn_retained *r, void *buf, size_t len) {
    (void)r;
    memcpy(buf, ram, len);
}

static void store(const struct tn_retained *r, const void *buf, size_t len) {
    (void)r;
    memcpy(ram, buf, len);
}

static const struct tn_retained at = {load, store, NULL};
static const struct tn_boot_mode_area area = {&at, "\x08\x04", 2, 1, SIZE};

// Resets, by software or by the pin, and runs to the end. True: the application starts; false:
// recovery waits for bytes.
static bool starts(bool by_software) {
    if (by_software) {
        tn_emu_request_reset(e);
    }
    tn_emu_reset(e);
    enum tn_emu_end end = tn_emu_run(e);
    check(end == TN_EMU_LEFT || end == TN_EMU_IDLE, "a boot ends");
    return end == TN_EMU_LEFT && tn_emu_board_runs(&board, &image);
}

static void try_modes(void) {
    tn_emu_power_on(e, 1);
    check(tn_emu_run(e) == TN_EMU_LEFT, "after a power-on the application starts");
    tn_boot_mode_put(&area, TN_BOOT_MODE_BOOTLOADER);
    check(!starts(true), "the bootloader's mode opens recovery");
    check(starts(true), "once");
    tn_boot_mode_put(&area, TN_BOOT_MODE_BOOTLOADER);
    check(starts(false), "not after a reset by the pin");
    tn_boot_mode_put(&area, TN_BOOT_MODE_NORMAL);
    check(starts(true) && ram[0] == 8, "the normal mode starts the application, and stays");
    tn_boot_mode_put(&area, TN_BOOT_MODE_BOOTLOADER);
    ram[SIZE - 1] ^= 1;
    check(starts(true), "with a wrong checksum it does not count");
}

int main(int argc, char **argv) {
    struct tn_key_pair key;
    struct tn_fault fault = {0};
    const struct tn_emu_layout *layout = argc == 5 ? tn_emu_layout_find(argv[1], NULL) : NULL;

    if (!layout || tn_key_load(argv[3], &key, &fault) ||
            tn_emu_board_open(&board, layout, tn_emu_layout_slots(layout), argv[2])) {
        fprintf(stderr, "boot_mode: BOARD LOADER.elf KEY.pem ADDRESS %s\n", fault.text);
        return 1;
    }
    ram = e->ram + (strtoul(argv[4], NULL, 0) - layout->chip->ram_base);
    tn_emu_image_make(layout, &key, 1, LEN, &image);
    tn_emu_board_place(&board, TN_RUNNING, &image);
    try_modes();
    tn_buf_free(&image);
    tn_emu_board_close(&board);
    return failures != 0;
}

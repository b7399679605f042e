// SPDX-License-Identifier: Apache-2.0
// What a board tells of its card while it looks and afterwards: by its LED, and in group 64. The
// board has no image, so its loader opens recovery.
//
//     card_state LOADER.elf KEY.pem      the RAK4631's loader with a card
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "emu/boards/board.h"
#include "smp/packet.h"
#include "support/fat.h"
#include "talk.h"

enum {
    LEN = 40000,
    BLOCKS = TEST_FAT_DATA + 128,
    P1_OUT = 0x50000804,  // "nRF52840 Product Specification", version 1.1, section 6.9.2
    LED_PIN = 4,          // P1.04: PIN_LED of the board's pins.h
    SLICE = 64000,        // instructions of a millisecond
    LOOK_MS = 3072,       // three periods of a second
    OUT_OF_TIME_MS = 20000,
};

static struct tn_emu_board board;
static struct talk talk;
static uint8_t medium[BLOCKS * TEST_FAT_BLOCK];
static int failures;

static void check(bool ok, const char *what) {
    printf("%s: %s\n", ok ? "ok" : "FAILED", what);
    failures += !ok;
}

// ---- The board ---------------------------------------------------------------------------

static uint64_t now_ms(void) {
    return tn_emu_us(&board.emu) / 1000;
}

static bool led(void) {
    return tn_emu_load(&board.emu, P1_OUT, 4) >> LED_PIN & 1;
}

// A millisecond. False: the board resets.
static bool step(void) {
    board.emu.limit = SLICE;
    bool goes_on = talk_run(&talk) != TN_EMU_RESET;
    board.emu.limit = 0;
    return goes_on;
}

// Switches an empty board on, with the file on its card; len 0: no card.
static void power_on(const void *file, size_t len) {
    const struct tn_emu_layout *l = board.layout;

    tn_emu_erase_all(&board.emu);
    memcpy(board.emu.flash + l->chip->boot_off, board.loader.image, l->boot_size);
    memset(medium, 0, sizeof(medium));
    if (len) {
        test_fat_make(medium, BLOCKS, file, (uint32_t)len);
    }
    board.emu.medium =
            (struct tn_emu_medium){len ? medium : NULL, sizeof(medium), TN_EMU_CARD_SDHC};
    tn_emu_power_on(&board.emu, 1);
}

// Asks for command 5 of group 64. Returns its code.
static int result(char *text, size_t size) {
    // Bytes that come while the flash works are lost: this asks again.
    const struct tn_call call = {.group = TN_SMP_TENON,
            .id = TN_TENON_RESULT,
            .op = TN_SMP_READ,
            .timeout_ms = 50,
            .tries = 60};
    struct tn_span said = {0};
    const struct tn_cbor_field fields[] = {{"result", TN_FIELD_TEXT, &said}};
    struct tn_cbor_in in;
    int rc = talk_call(&talk, &call);

    if (rc == 0) {
        tn_cbor_in_init(&in, talk.client.reply.body.ptr, talk.client.reply.body.len);
        tn_cbor_get_map(&in, fields, TN_LEN(fields));
    }
    snprintf(text, size, "%.*s", (int)said.len, said.ptr ? (const char *)said.ptr : "");
    return rc;
}

static void await_text(const char *wanted) {
    char text[200] = "";
    uint64_t since = now_ms();

    while (result(text, sizeof(text)) && now_ms() - since < OUT_OF_TIME_MS) {
    }
    check(strcmp(text, wanted) == 0, wanted);
}

// The LED for some periods: how often it goes on, and how long it is on in all.
static void look(unsigned *ret_flashes, unsigned *ret_on_ms) {
    uint64_t end = now_ms() + LOOK_MS;
    bool was = led();

    *ret_flashes = *ret_on_ms = 0;
    for (uint64_t at = now_ms(), next; at < end; at = next) {
        step();
        next = now_ms();
        *ret_on_ms += was ? (unsigned)(next - at) : 0;
        *ret_flashes += !was && led();
        was = led();
    }
}

static bool is_near(unsigned value, unsigned wanted) {
    return value + wanted / 8 >= wanted && value <= wanted + wanted / 8;
}

// ---- What it says ------------------------------------------------------------------------

static void try_absent(void) {
    unsigned flashes, on_ms;

    power_on(NULL, 0);
    await_text("card: no card, or no file of these names on it");
    look(&flashes, &on_ms);
    check(flashes == 3 && is_near(on_ms, 3 * 64), "no card: a short flash once a second");
}

static void try_refused(void) {
    static const char file[] = "no image, but a text that is as long as an image's header is";
    unsigned flashes, on_ms;

    power_on(file, sizeof(file));
    await_text("card: firmware.bin: not a firmware image: sign the file first");
    look(&flashes, &on_ms);
    check(flashes == 6 && is_near(on_ms, 6 * 256), "a refused file: even blinking, twice a second");
}

// From the first look at the card to the reset that starts the image.
static void try_installed(const struct tn_buf *image) {
    bool was_lit = false;
    bool goes_on = true;
    unsigned dark = 0;

    power_on(image->p, image->len);
    while (goes_on && !was_lit && now_ms() < OUT_OF_TIME_MS) {
        goes_on = step();
        was_lit = led();
    }
    while (goes_on && now_ms() < OUT_OF_TIME_MS) {
        dark += !led();
        goes_on = step();
    }
    check(was_lit && !goes_on && dark == 0, "the LED is on until the board starts the image");
    check(tn_emu_board_holds(&board, TN_RUNNING, image) ||
                    tn_emu_board_holds(&board, TN_CANDIDATE, image),
            "the image is in a slot");
}

static void open_board(const char *loader) {
    const struct tn_emu_layout *l = &tn_emu_rak4631;

    if (tn_elf_open(&board.loader, loader, l->chip->flash_base + l->chip->boot_off, l->boot_size) ||
            tn_emu_open_whole(&board.emu, l->chip)) {
        exit(1);
    }
    tn_emu_layout_fit(l, &board.emu);
    tn_emu_board_map(&board, l, tn_emu_layout_slots(l));
    talk_open(&talk, &board.emu, NULL);
}

int main(int argc, char **argv) {
    struct tn_fault fault = {0};
    struct tn_key_pair key;
    struct tn_buf image;

    if (argc != 3 || tn_key_load(argv[2], &key, &fault)) {
        fprintf(stderr, "card_state: LOADER.elf KEY.pem %s\n", fault.text);
        return 64;
    }
    open_board(argv[1]);
    try_absent();
    try_refused();
    tn_emu_image_make(board.layout, &key, 1, LEN, &image);
    try_installed(&image);
    tn_buf_free(&image);
    tn_key_free(&key);
    return failures != 0;
}

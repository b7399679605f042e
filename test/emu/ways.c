// SPDX-License-Identifier: Apache-2.0
// What opens recovery in the micro:bit's real loader besides its button: GPREGRET as other loaders'
// applications write it, and two resets by the pin.
//
//     ways LOADER.elf WINDOW.elf KEY.pem
//
// WINDOW.elf: the same loader, which waits for a request after a power-on.
#include <stdio.h>
#include <string.h>

#include "emu/boards/board.h"
#include "link/console.h"

enum {
    LEN = 3000,
    GPREGRET = 0x4000051c,  // "nRF51 Series Reference Manual", version 3.0, chapter 12
    TOO_LONG_US = 10000000,
    LATER_US = 100000,  // into the window
    SLICE = 16000,      // instructions of a millisecond
    WITHIN = 3000000,   // instructions of 190 ms at 16 MHz: within the 500 ms of a double reset
};

static struct tn_emu_board board;
static int failures;

static void check(bool ok, const char *what) {
    printf("%s: %s\n", ok ? "ok" : "FAILED", what);
    failures += !ok;
}

// Resets and runs to the end: true if the application starts, false if recovery waits for bytes.
static bool starts(void) {
    tn_emu_reset(&board.emu);
    enum tn_emu_end end = tn_emu_run(&board.emu);
    check(end == TN_EMU_LEFT || end == TN_EMU_IDLE, "a boot ends");
    return end == TN_EMU_LEFT;
}

// An application writes a value and resets by software, or somebody presses the reset button.
static bool starts_with(uint32_t value, bool by_software) {
    tn_emu_power_on(&board.emu, 1);
    tn_emu_run(&board.emu);
    tn_emu_store(&board.emu, GPREGRET, 4, value);
    if (by_software) {
        tn_emu_request_reset(&board.emu);
    }
    return starts();
}

static uint32_t kept(void) {
    return tn_emu_load(&board.emu, GPREGRET, 4);
}

static void try_gpregret(void) {
    static const uint8_t ask[] = {0x01, 0x4e, 0x57, 0xa8, 0xb1};

    for (size_t i = 0; i < sizeof(ask); i++) {
        check(!starts_with(ask[i], true) && kept() == 0, "a known value opens recovery, once");
    }
    check(starts_with(0x6d, true) && kept() == 0, "0x6d starts the application");
    check(starts_with(0x33, true) && kept() == 0x33, "an unknown value is left alone");
    check(starts_with(0x57, false) && kept() == 0x57, "a reset by the pin does not count");
}

// Resets by the pin, and again after `insns`.
static bool starts_after_two(uint64_t insns) {
    tn_emu_power_on(&board.emu, 1);
    tn_emu_run(&board.emu);
    tn_emu_reset(&board.emu);
    board.emu.limit = insns;
    tn_emu_run(&board.emu);
    board.emu.limit = 0;
    return starts();
}

// ---- The window after a power-on ---------------------------------------------------------

static unsigned nanswer;

static void on_byte(struct tn_emu *e, unsigned line, uint8_t byte) {
    (void)e, (void)line, (void)byte;
    nanswer++;
}

static bool on_sleep(struct tn_emu *e, uint64_t until) {
    (void)until;
    tn_emu_pass(e, 100);
    return true;
}

// Switches the power on, or presses the reset button; the bytes come, once or again and again.
// Returns the milliseconds until the application starts; 0: it does not, recovery is open.
static unsigned ms_to_start(bool by_power, const void *bytes, size_t len, bool again) {
    struct tn_emu *e = &board.emu;
    enum tn_emu_end end = TN_EMU_LIMIT;

    tn_emu_power_on(e, 1);
    if (!by_power) {
        tn_emu_run(e);
        tn_emu_reset(e);
    }
    uint64_t began = tn_emu_us(e);
    nanswer = 0;
    e->on_byte = on_byte;
    e->on_sleep = on_sleep;
    e->limit = SLICE;
    for (size_t put = 0; end == TN_EMU_LIMIT && tn_emu_us(e) - began < TOO_LONG_US;) {
        if (tn_emu_us(e) - began >= LATER_US) {
            put += tn_emu_line_put(e, 0, (const uint8_t *)bytes + put, len - put);
        }
        put = again && put == len ? 0 : put;
        end = tn_emu_run(e);
    }
    e->limit = 0;
    e->on_sleep = NULL;
    return end == TN_EMU_LEFT ? (unsigned)((tn_emu_us(e) - began) / 1000) : 0;
}

// An echo in the console framing. Returns its length.
static size_t make_request(uint8_t *ret) {
    static const uint8_t echo[] = {
            0x02, 0, 0, 6, 0, 0, 0, 0, 0xa1, 0x61, 'd', 0x62, 'h', 'i'};  // {"d": "hi"}
    struct tn_console c = {0};
    size_t n = 0;

    tn_console_send(&c, echo, sizeof(echo));
    for (size_t piece; (piece = tn_console_take(&c, ret + n)) != 0;) {
        n += piece;
    }
    memcpy(ret + n, echo, sizeof(echo));  // behind it the same as a bare packet, for try_window
    return n;
}

static void try_window(void) {
    uint8_t request[256];
    uint8_t noise[64];
    size_t n = make_request(request);
    uint32_t seed = 1;
    unsigned quiet = ms_to_start(true, "", 0, false);

    check(quiet >= 500 && quiet < 2500, "after a power-on the loader waits half a second");
    check(ms_to_start(true, request, n, false) == 0 && nanswer > 10,
            "a request within it opens recovery, which answers it");
    for (size_t i = 0; i < sizeof(noise); i++) {
        noise[i] = (uint8_t)tn_emu_random(&seed);
    }
    unsigned noisy = ms_to_start(true, noise, sizeof(noise), true);
    check(noisy && noisy < quiet + 200 && nanswer == 0, "noise neither opens nor lengthens it");
    check(ms_to_start(true, request, n - 4, false), "half a request does not open recovery");
    check(ms_to_start(true, request + n, 14, false), "a bare packet, without a CRC, does not");
    request[8] ^= 1;
    check(ms_to_start(true, request, n, false), "a request with a wrong CRC does not");
    request[8] ^= 1;
    check(ms_to_start(false, request, n, true), "after a reset by the pin nobody listens");
}

// ---- Both --------------------------------------------------------------------------------

static int open_board(const char *loader, const struct tn_key_pair *key) {
    struct tn_buf image;

    if (tn_emu_board_open(&board, &tn_emu_microbit, &tn_layout_swap_offset, loader)) {
        return -1;
    }
    tn_emu_image_make(board.layout, key, 1, LEN, &image);
    tn_emu_board_place(&board, TN_RUNNING, &image);
    tn_buf_free(&image);
    return 0;
}

int main(int argc, char **argv) {
    struct tn_key_pair key;
    struct tn_fault fault = {0};

    if (argc != 4 || tn_key_load(argv[3], &key, &fault) || open_board(argv[1], &key)) {
        fprintf(stderr, "ways: %s\n", argc == 4 ? fault.text : "LOADER.elf WINDOW.elf KEY.pem");
        return 1;
    }
    try_gpregret();
    check(!starts_after_two(WITHIN), "two resets by the pin open recovery");
    check(starts_after_two(0), "two resets with a whole boot in between do not");
    tn_emu_board_close(&board);
    if (open_board(argv[2], &key)) {
        return 1;
    }
    try_window();
    tn_emu_board_close(&board);
    return failures != 0;
}

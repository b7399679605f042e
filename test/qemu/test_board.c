// SPDX-License-Identifier: Apache-2.0
// What the loader and the port do for an application, tested with the real binaries: the loader of
// build/microbit with the application of probe/, which carries out one-letter commands.
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "host/files/segments.h"
#include "link/console.h"
#include "qemu.h"
#include "smp/packet.h"
#include "test.h"

enum {
    ANSWER_MS = 200000,  // a busy machine may stand still; an idle one needs about 50
    SILENCE_MS = 1500,   // a device that sends nothing for so long sends nothing
    ECHO_MS = 300,
    NUDGE_MS = 20,
    LINE = 256,
};

enum { HANDOVER = 0x20000020 };

static struct tn_qemu board;

// ---- The flash -------------------------------------------------------------------------

static void load(const char *name) {
    struct tn_segments hex = {0};
    struct tn_buf file;
    struct tn_fault f = {0};
    char path[512];

    snprintf(path, sizeof(path), "%s/%s", getenv("TN_MICROBIT"), name);
    CHECK(!tn_file_read(path, &file, &f));
    CHECK(!tn_ihex_parse(&hex, (const char *)file.p, file.len, path, &f));
    for (size_t i = 0; i < hex.n; i++) {
        size_t len = (hex.list[i].bytes.len + 3) / 4 * 4;
        uint8_t *words = malloc(len);
        memset(words, 0xff, len);
        memcpy(words, hex.list[i].bytes.p, hex.list[i].bytes.len);
        CHECK(!tn_qemu_flash(&board, hex.list[i].addr, words, len));
        free(words);
    }
    tn_segments_free(&hex);
    tn_buf_free(&file);
}

static void power_off(void) {
    tn_qemu_stop(&board);
}

// Switches on a board with the loader, and with the probe if requested. Ends the board of an
// earlier test.
static void power_on(bool probe, bool button) {
    static bool known;

    if (!known) {
        atexit(power_off);
        known = true;
    }
    power_off();
    CHECK(!tn_qemu_start(&board));
    load("boot.hex");
    if (probe) {
        load("probe.hex");
    }
    CHECK(!tn_qemu_reset(&board, button));
}

// ---- The line --------------------------------------------------------------------------

static long long now_ms(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

// Returns the next byte, or -1 if none comes by the deadline.
static int get(long long deadline) {
    struct pollfd p = {.fd = board.serial, .events = POLLIN};
    uint8_t byte;

    while (now_ms() < deadline) {
        if (poll(&p, 1, NUDGE_MS) == 1) {
            return read(board.serial, &byte, 1) == 1 ? byte : -1;
        }
        CHECK(!tn_qemu_nudge(&board));
    }
    return -1;
}

// Reads the next line that begins with the word, without its end. False if none comes in time.
static bool line_with(const char *word, char *line, long long wait_ms) {
    long long deadline = now_ms() + wait_ms;
    size_t n = 0;
    int c;

    while ((c = get(deadline)) >= 0) {
        if (c != '\n') {
            line[n] = (char)c;
            n += n + 1 < LINE;
            continue;
        }
        line[n] = 0;
        n = 0;
        if (strncmp(line, word, strlen(word)) == 0) {
            return true;
        }
    }
    return false;
}

static void order(char command) {
    CHECK_EQ(write(board.serial, &command, 1), 1);
}

// Sends the probe a command; its answer must begin with the word.
static void ask(char command, const char *word, char *line) {
    order(command);
    CHECK(line_with(word, line, ANSWER_MS));
}

static bool hello(long long wait_ms) {
    char line[LINE];

    return line_with("probe", line, wait_ms);
}

// Sends an echo request, and waits a little for an answer.
static bool echo_answers(void) {
    static const uint8_t echo[] = {2, 0, 0, 7, 0, 0, 1, 0, 0xbf, 0x61, 'd', 0x62, 'h', 'i', 0xff};
    uint8_t buf[256];
    uint8_t line[TN_CONSOLE_LINE];
    struct tn_console c = {.buf = buf, .size = sizeof(buf)};
    long long deadline = now_ms() + ECHO_MS;
    size_t len;
    int byte;

    tn_console_send(&c, echo, sizeof(echo));
    while ((len = tn_console_take(&c, line)) > 0) {
        CHECK_EQ(write(board.serial, line, len), len);
    }
    while ((byte = get(deadline)) >= 0) {
        uint8_t b = (uint8_t)byte;
        tn_console_feed(&c, &b, 1);
        if (tn_console_packet(&c, &len)) {
            return true;
        }
    }
    return false;
}

// Does an SMP server answer on the line? It can only be the loader's, since the probe has none. A
// reset may lose a request, so it sends several.
static bool recovery_answers(void) {
    long long deadline = now_ms() + ANSWER_MS;

    while (now_ms() < deadline) {
        if (echo_answers()) {
            return true;
        }
    }
    return false;
}

// ---- Exceptions ------------------------------------------------------------------------

TEST(an_application_takes_its_timer_and_uart_interrupts) {
    char first[LINE], second[LINE];

    power_on(true, false);
    CHECK(hello(ANSWER_MS));
    ask('p', "pong ", first);
    long long deadline = now_ms() + ANSWER_MS;
    do {
        CHECK(now_ms() < deadline);
        ask('p', "pong ", second);
    } while (atol(second + 5) <= atol(first + 5) + 100);
}

TEST(every_exception_and_interrupt_reaches_the_application) {
    char line[LINE];

    power_on(true, false);
    CHECK(hello(ANSWER_MS));
    ask('x', "", line);
    CHECK_STR(line, "all 30");
}

TEST(a_handler_finds_its_callers_frame_untouched_and_may_change_it) {
    char line[LINE];

    power_on(true, false);
    CHECK(hello(ANSWER_MS));
    ask('s', "frame", line);
    CHECK_STR(line, "frame ok");
}

TEST(a_fault_in_the_application_restarts_it) {
    power_on(true, false);
    for (int i = 0; i < 3; i++) {
        CHECK(hello(ANSWER_MS));
        order('f');
    }
    CHECK(hello(ANSWER_MS));
}

TEST(a_fault_in_the_loader_restarts_it) {
    const uint32_t icsr = 0xe000ed04;  // interrupt control and state, DDI 0419 section B3.2.4
    const uint32_t nmi_pend = 1u << 31;
    const uint32_t mark = 0x12345678;
    uint32_t word = 0;

    power_on(true, true);  // in recovery; a reset releases the button
    CHECK(recovery_answers());
    CHECK(!tn_qemu_poke(&board, icsr, nmi_pend));
    CHECK(hello(ANSWER_MS));
    // After that the word that forwards exceptions is the application's again.
    CHECK(!tn_qemu_read(&board, 0x20000000, &word, sizeof(word)));
    CHECK_EQ(word, 0xa200);
    // No program clears the reserved RAM: it survives a reset.
    CHECK(!tn_qemu_poke(&board, 0x200000f0, mark));
    order('f');
    CHECK(hello(ANSWER_MS));
    CHECK(!tn_qemu_read(&board, 0x200000f0, &word, sizeof(word)));
    CHECK_EQ(word, mark);
}

// ---- Recovery --------------------------------------------------------------------------

TEST(an_empty_device_comes_up_in_recovery) {
    power_on(false, false);
    CHECK(recovery_answers());
}

TEST(the_button_held_at_start_up_means_recovery) {
    power_on(true, true);
    CHECK(recovery_answers());
    CHECK(!hello(SILENCE_MS));
    // And with the button released, the application.
    CHECK(!tn_qemu_reset(&board, false));
    CHECK(hello(ANSWER_MS));
}

TEST(without_the_button_a_boot_never_enters_recovery) {
    power_on(true, false);
    for (int i = 0; i < 20; i++) {
        CHECK(hello(ANSWER_MS));
        CHECK(!tn_qemu_reset(&board, false));
    }
    CHECK(hello(ANSWER_MS));
}

TEST(a_request_survives_the_reset_and_is_taken_once) {
    power_on(true, false);
    CHECK(hello(ANSWER_MS));
    order('r');
    CHECK(recovery_answers());
    CHECK(!tn_qemu_reset(&board, false));
    CHECK(hello(ANSWER_MS));
}

TEST(a_request_with_a_wrong_bit_is_none) {
    power_on(true, false);
    CHECK(hello(ANSWER_MS));
    order('n');
    CHECK(hello(ANSWER_MS));
}

TEST(the_application_is_told_how_it_was_started) {
    char line[LINE];

    power_on(true, false);
    CHECK(hello(ANSWER_MS));
    ask('h', "handover", line);
    CHECK_STR(line, "handover event 0");
    CHECK(!tn_qemu_poke(&board, HANDOVER + 8, 0xffffffff));
    ask('h', "handover", line);
    CHECK_STR(line, "handover none");
}

// ---- The port --------------------------------------------------------------------------

TEST(flash_erases_and_programs_by_its_controller) {
    char line[LINE];

    power_on(true, false);
    CHECK(hello(ANSWER_MS));
    ask('e', "flash", line);
    CHECK_STR(line, "flash ok");
}

TEST(flash_survives_a_reset) {
    char line[LINE];
    uint8_t before[2048], after[2048];

    power_on(true, false);
    CHECK(hello(ANSWER_MS));
    ask('e', "flash", line);
    CHECK(!tn_qemu_read(&board, 0x3f400, before, sizeof(before)));
    CHECK(!tn_qemu_reset(&board, false));
    CHECK(hello(ANSWER_MS));
    CHECK(!tn_qemu_read(&board, 0x3f400, after, sizeof(after)));
    CHECK_MEM(after, before, sizeof(before));
    CHECK_EQ(before[1024], 's');  // a byte of the probe's text, across the end of a sector
}

TEST(memory_functions_are_right_at_all_alignments) {
    char line[LINE];

    power_on(true, false);
    CHECK(hello(ANSWER_MS));
    ask('m', "mem", line);
    CHECK_STR(line, "mem ok");
}

TEST(the_application_keeps_a_whole_request_that_it_does_not_read_at_once) {
    char line[LINE];
    static char many[1412];  // 1,028 bytes as console lines

    power_on(true, false);
    CHECK(hello(ANSWER_MS));
    order('u');
    memset(many, '.', sizeof(many));
    CHECK_EQ(write(board.serial, many, sizeof(many)), sizeof(many));
    CHECK(line_with("ring ", line, ANSWER_MS));
    CHECK_STR(line, "ring 1412");
}

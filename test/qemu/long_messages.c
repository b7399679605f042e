// SPDX-License-Identifier: Apache-2.0
// Sends long messages in a row to the micro:bit's real application on QEMU, while every core of
// this machine is busy. Each must be answered, and no byte may be lost.
//
//     long_messages [--count N] [--idle] [--recovery] MICROBIT
//
// MICROBIT: the folder of the micro:bit's build. --idle: keeps no core busy. --recovery: sends to
// the loader of an empty device.
//
// QEMU's line is as fast as the machine allows: on a busy machine the UART's interrupt can receive
// hundreds of bytes before the program reads the next one. The driver counts the bytes it drops.
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "host/files/segments.h"
#include "link/console.h"
#include "qemu.h"

enum {
    COUNT = 10000,
    LONG = 1000,        // bytes of text in an echo
    ANSWER_MS = 20000,  // a busy machine is slow
    GIVE_UP = 5,        // after this many messages without an answer
    NUDGE_MS = 20,
    SEQ = 6,  // offset in a packet
    BUF = 2048,
};

static struct {
    const char *folder;
    unsigned long count;
    bool idle, recovery;
} opts = {.count = COUNT};

static struct tn_qemu board;
static uint8_t packet[BUF];
static struct tn_console console = {.buf = packet, .size = sizeof(packet)};

_Noreturn static void die(const char *text) {
    fprintf(stderr, "long_messages: %s\n", text);
    exit(1);
}

// Keeps each core busy, until this process ends.
static void keep_cores_busy(void) {
    for (long n = sysconf(_SC_NPROCESSORS_ONLN); n > 0; n--) {
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            for (volatile unsigned i = 0;; i++) {
            }
        }
    }
}

static void load(const char *name) {
    struct tn_segments hex = {0};
    struct tn_buf file;
    struct tn_fault f = {0};
    static uint8_t flash[TN_QEMU_FLASH];
    char path[512];

    snprintf(path, sizeof(path), "%s/%s", opts.folder, name);
    if (tn_file_read(path, &file, &f) ||
            tn_ihex_parse(&hex, (const char *)file.p, file.len, path, &f)) {
        die(f.text);
    }
    memset(flash, 0xff, sizeof(flash));
    for (size_t i = 0; i < hex.n; i++) {
        if (hex.list[i].addr + hex.list[i].bytes.len > sizeof(flash)) {
            die("more than the chip's flash");
        }
        memcpy(flash + hex.list[i].addr, hex.list[i].bytes.p, hex.list[i].bytes.len);
    }
    if (tn_qemu_flash(&board, 0, flash, sizeof(flash))) {
        exit(1);
    }
    tn_segments_free(&hex);
    tn_buf_free(&file);
}

static long long now_ms(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

// The device's own counter of lost bytes.
static uint32_t lost_bytes(void) {
    static uint32_t addr;
    uint32_t n = 0;
    char command[600];

    if (opts.recovery) {  // it polls: bytes for which QEMU's UART has no room wait in QEMU
        return 0;
    }
    if (!addr) {
        snprintf(command, sizeof(command),
                "arm-none-eabi-nm '%s/app.elf' | sed -n 's/ . nrf51_uart_irq_lost$//p'",
                opts.folder);
        FILE *from = popen(command, "r");
        if (!from || fscanf(from, "%x", &addr) != 1 || pclose(from)) {
            die("no counter of lost bytes in app.elf");
        }
    }
    if (tn_qemu_read(&board, addr, &n, sizeof(n))) {
        exit(1);
    }
    return n;
}

// Returns the next packet, or NULL if none comes within ms.
static const uint8_t *receive(long long ms) {
    struct pollfd p = {.fd = board.serial, .events = POLLIN};
    long long deadline = now_ms() + ms;
    const uint8_t *ret = NULL;
    uint8_t byte;
    size_t len;

    while (!ret && now_ms() < deadline) {
        if (poll(&p, 1, NUDGE_MS) != 1) {
            if (tn_qemu_nudge(&board)) {
                exit(1);
            }
            continue;
        }
        if (read(board.serial, &byte, 1) != 1) {
            die("the emulator has ended");
        }
        tn_console_feed(&console, &byte, 1);
        ret = tn_console_packet(&console, &len);
    }
    return ret;
}

static void send_echo(uint8_t seq) {
    uint8_t echo[LONG + 32] = {2, 0, 0, 0, 0, 0, seq, 0, 0xbf, 0x61, 'd', 0x79};
    uint8_t line[TN_CONSOLE_LINE];
    size_t len = 12, n;

    echo[len++] = LONG >> 8;
    echo[len++] = LONG & 0xff;
    for (unsigned i = 0; i < LONG; i++) {
        echo[len++] = (uint8_t)('a' + (i + seq) % 26);
    }
    echo[len++] = 0xff;
    echo[2] = (uint8_t)((len - 8) >> 8);
    echo[3] = (uint8_t)((len - 8) & 0xff);
    tn_console_send(&console, echo, len);
    while ((n = tn_console_take(&console, line)) > 0) {
        for (size_t at = 0; at < n;) {
            ssize_t k = write(board.serial, line + at, n - at);
            if (k <= 0) {
                die("the emulator has ended");
            }
            at += (size_t)k;
        }
    }
}

// False: this request got no answer.
static bool is_answered(uint8_t seq) {
    const uint8_t *answer;

    send_echo(seq);
    do {
        answer = receive(ANSWER_MS);
    } while (answer && answer[SEQ] != seq);
    return answer;
}

// Starts a board and waits for its first answer.
static void begin(void) {
    if (tn_qemu_start(&board)) {
        exit(1);
    }
    load(opts.recovery ? "boot.hex" : "factory.hex");
    if (tn_qemu_reset(&board, false)) {
        exit(1);
    }
    for (int tries = 0; !is_answered(0); tries++) {
        if (tries == GIVE_UP) {
            die("the device does not answer");
        }
    }
    lost_bytes();  // finds the counter's address while the folder still holds this build
}

static void parse(int argc, char **argv) {
    int i = 1;

    for (; i < argc && argv[i][0] == '-'; i++) {
        if (!strcmp(argv[i], "--idle")) {
            opts.idle = true;
        } else if (!strcmp(argv[i], "--recovery")) {
            opts.recovery = true;
        } else if (!strcmp(argv[i], "--count") && i + 1 < argc) {
            opts.count = strtoul(argv[++i], NULL, 10);
        } else {
            break;
        }
    }
    if (argc != i + 1 || opts.count == 0) {
        fprintf(stderr, "usage: long_messages [--count N] [--idle] [--recovery] MICROBIT\n");
        exit(64);
    }
    opts.folder = argv[i];
}

int main(int argc, char **argv) {
    unsigned long unanswered = 0, n = 0;

    parse(argc, argv);
    if (!opts.idle) {
        keep_cores_busy();
    }
    begin();
    for (; n < opts.count && unanswered < GIVE_UP; n++) {
        if (!is_answered((uint8_t)(n + 1))) {
            unanswered++;
            fprintf(stderr, "long_messages: message %lu has no answer; %u bytes lost so far\n", n,
                    lost_bytes());
        }
    }
    uint32_t lost = lost_bytes();
    tn_qemu_stop(&board);
    printf("%lu messages of %d bytes to the %s: %lu without an answer, %u bytes lost\n", n, LONG,
            opts.recovery ? "loader" : "application", unanswered, lost);
    return unanswered != 0 || lost != 0;
}

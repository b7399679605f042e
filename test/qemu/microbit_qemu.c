// SPDX-License-Identifier: Apache-2.0
// An emulated micro:bit as a program: replaces a board on the desk, for people and scripts.
//
//     microbit-qemu [--flash FILE]... [--save FILE.bin] [--hold-button] [--baud N] [--log FILE]
//             --pty LINK
//
// --flash: the content of the flash (.hex, or .bin of the whole flash). Default: erased.
// --pty: makes LINK a symbolic link to the serial line when the core runs.
// --baud: the speed of the line. --log: records all bytes of the device, even if no program reads.
// --save: writes the flash to this file at the end.
// It runs until SIGTERM or SIGINT. SIGUSR1 is the reset pin, SIGUSR2 the same with button A held.
// To switch the power off and on, end it with --save and start it again with --flash.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "host/files/segments.h"
#include "qemu.h"

enum {
    NUDGE_MS = 20,    // between two calls of tn_qemu_nudge
    LOOK_MS = 5,      // between two checks if a program has opened the terminal
    PACE_MS = 1,      // between two pieces of data on a slow line
    FRAME_BITS = 10,  // of a byte: start, 8 data bits, stop
    PIECE = 256,
};

struct options {
    struct tn_segments flash;
    const char *save;
    const char *link;
    const char *log;
    bool button;
    long baud;  // 0: as fast as possible
};

static void usage(void) {
    fprintf(stderr,
            "usage: microbit-qemu [--flash FILE]... [--save FILE.bin] [--hold-button] "
            "[--baud N] [--log FILE] --pty LINK\n");
    exit(64);
}

static void die(const char *text) {
    fprintf(stderr, "microbit-qemu: %s\n", text);
    exit(1);
}

// ---- Flash -----------------------------------------------------------------------------

static void add_flash(struct options *o, const char *path) {
    struct tn_buf file;
    struct tn_fault f;
    int bad = tn_file_read(path, &file, &f);

    if (!bad && tn_file_has_suffix(path, ".hex")) {
        bad = tn_ihex_parse(&o->flash, (const char *)file.p, file.len, path, &f);
    } else if (!bad) {
        bad = tn_segments_add(&o->flash, 0, file.p, file.len, path, &f);
    }
    if (bad) {
        die(f.text);
    }
    tn_buf_free(&file);
}

static void fill_flash(struct tn_qemu *q, const struct tn_segments *flash) {
    static uint8_t all[TN_QEMU_FLASH];

    memset(all, 0xff, sizeof(all));
    for (size_t i = 0; i < flash->n; i++) {
        const struct tn_segment *s = &flash->list[i];
        if (s->addr >= sizeof(all) || s->bytes.len > sizeof(all) - s->addr) {
            die("--flash: more than the chip's 256 KiB");
        }
        memcpy(all + s->addr, s->bytes.p, s->bytes.len);
    }
    if (tn_qemu_flash(q, 0, all, sizeof(all))) {
        exit(1);
    }
}

static void save_flash(struct tn_qemu *q, const char *path) {
    static uint8_t all[TN_QEMU_FLASH];
    struct tn_fault f;

    if (tn_qemu_halt(q) || tn_qemu_read(q, 0, all, sizeof(all))) {
        exit(1);
    }
    if (tn_file_write(path, all, sizeof(all), TN_FILE_PLAIN, &f)) {
        die(f.text);
    }
}

// ---- The line --------------------------------------------------------------------------

// How many bytes may pass in one direction by now. A byte on an idle line takes its full time.
struct pace {
    long baud;  // 0: no limit
    bool busy;  // bytes wait to be sent
    long long last_us;
    long long bits;
};

static size_t paced(struct pace *p, int from) {
    struct timespec t;
    bool was_busy = p->busy;
    int waiting = 0;

    p->busy = !p->baud || (ioctl(from, FIONREAD, &waiting) == 0 && waiting > 0);
    if (!p->baud) {
        return PIECE;
    }
    clock_gettime(CLOCK_MONOTONIC, &t);
    long long now_us = t.tv_sec * 1000000LL + t.tv_nsec / 1000;
    long long bits = (now_us - p->last_us) * p->baud / 1000000;
    p->bits += bits;
    p->last_us += bits * 1000000 / p->baud;
    if (!was_busy) {
        p->bits = 0;
        p->last_us = now_us;
    }
    if (p->bits > PIECE * FRAME_BITS) {  // at most what one call carries
        p->bits = PIECE * FRAME_BITS;
        p->last_us = now_us;
    }
    return (size_t)(p->bits / FRAME_BITS);
}

struct line {
    int terminal;  // the master of a pseudo terminal; other programs open the slave
    int device;    // the emulator's socket
    int log;       // -1: none
    bool open;     // a program has opened the slave
    struct pace in, out;
};

// Like a serial line, without the echo of a terminal, which would send the device its own text.
static void make_raw(int terminal) {
    struct termios t;

    if (!tcgetattr(terminal, &t)) {
        cfmakeraw(&t);
        tcsetattr(terminal, TCSANOW, &t);
    }
}

static void line_begin(struct line *l, const struct options *o) {
    int slave;
    char name[64];

    if (openpty(&l->terminal, &slave, name, NULL, NULL)) {
        die("no terminal to be had");
    }
    close(slave);  // from now on the master reports a hang-up while no program has the slave open
    fcntl(l->terminal, F_SETFL, O_NONBLOCK);
    fcntl(l->terminal, F_SETFD, FD_CLOEXEC);
    make_raw(l->terminal);
    l->log = o->log ? open(o->log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
    if (o->log && l->log < 0) {
        die(strerror(errno));
    }
    l->open = false;
    l->in = l->out = (struct pace){.baud = o->baud};
    unlink(o->link);
    if (symlink(name, o->link)) {
        die(strerror(errno));
    }
}

// Checks if a program has the terminal open. Makes it raw again after a program closes it.
static void line_look(struct line *l) {
    struct pollfd p = {.fd = l->terminal};

    poll(&p, 1, 0);
    l->open = !(p.revents & POLLHUP);
    if (!l->open) {
        make_raw(l->terminal);
    }
}

// Reads up to n bytes.
static size_t carry(struct pace *p, int from, uint8_t *buf, size_t n) {
    ssize_t got = read(from, buf, n < PIECE ? n : PIECE);

    if (got <= 0) {
        return 0;
    }
    p->bits -= got * FRAME_BITS;
    return (size_t)got;
}

// A serial line has no memory: bytes that the other side does not read are lost.
static void give(int to, const uint8_t *buf, size_t n) {
    ssize_t given = n ? write(to, buf, n) : 0;

    (void)given;
}

static void from_device(struct line *l, size_t n) {
    uint8_t buf[PIECE];

    n = carry(&l->out, l->device, buf, n);
    give(l->log, buf, n);
    if (l->open) {
        give(l->terminal, buf, n);
    }
}

static void to_device(struct line *l, size_t n) {
    uint8_t buf[PIECE];

    give(l->device, buf, carry(&l->in, l->terminal, buf, n));
}

// ---- Running ---------------------------------------------------------------------------

// Passes bytes on until a signal comes. Returns the signal; 0 if the emulator has ended.
static int run(struct tn_qemu *q, struct line *l, int signals) {
    for (;;) {
        size_t in = l->open ? paced(&l->in, l->terminal) : 0;
        size_t out = paced(&l->out, l->device);
        struct pollfd p[] = {
                {.fd = signals, .events = POLLIN},
                {.fd = l->device, .events = out || !l->out.busy ? POLLIN : 0},
                {.fd = l->open ? l->terminal : -1, .events = in || !l->in.busy ? POLLIN : 0},
        };
        int events = poll(p, 3, !l->open ? LOOK_MS : l->in.baud ? PACE_MS : NUDGE_MS);
        if (events == 0 && l->open && tn_qemu_nudge(q)) {
            return 0;
        }
        if (p[0].revents) {
            struct signalfd_siginfo info;
            return read(signals, &info, sizeof(info)) == sizeof(info) ? (int)info.ssi_signo : 0;
        }
        if (p[1].revents & POLLIN) {
            if (out) {
                from_device(l, out);
            }
        } else if (p[1].revents & (POLLHUP | POLLERR)) {
            return 0;
        }
        if (in && p[2].revents & POLLIN) {
            to_device(l, in);
        }
        line_look(l);
    }
}

static int catch_signals(void) {
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &set, SFD_CLOEXEC);
}

static void parse(struct options *o, int argc, char **argv) {
    static const struct option known[] = {
            {"flash", required_argument, NULL, 'f'},
            {"save", required_argument, NULL, 's'},
            {"hold-button", no_argument, NULL, 'b'},
            {"log", required_argument, NULL, 'l'},
            {"baud", required_argument, NULL, 'r'},
            {"pty", required_argument, NULL, 'p'},
            {NULL, 0, NULL, 0},
    };

    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        switch (c) {
        case 'f':
            add_flash(o, optarg);
            break;
        case 's':
            o->save = optarg;
            break;
        case 'b':
            o->button = true;
            break;
        case 'l':
            o->log = optarg;
            break;
        case 'r':
            o->baud = strtol(optarg, NULL, 10);
            break;
        case 'p':
            o->link = optarg;
            break;
        default:
            usage();
        }
    }
    if (!o->link || optind != argc || o->baud < 0) {
        usage();
    }
}

int main(int argc, char **argv) {
    struct options o = {0};
    struct tn_qemu q;
    struct line l = {0};
    int got;

    parse(&o, argc, argv);
    int signals = catch_signals();
    if (tn_qemu_start(&q)) {
        return 1;
    }
    fill_flash(&q, &o.flash);
    l.device = q.serial;
    if (tn_qemu_reset(&q, o.button)) {
        return 1;
    }
    line_begin(&l, &o);
    while ((got = run(&q, &l, signals)) == SIGUSR1 || got == SIGUSR2) {
        if (tn_qemu_reset(&q, got == SIGUSR2)) {
            return 1;
        }
    }
    unlink(o.link);
    if (!got) {
        die("the emulator has ended");
    }
    if (o.save) {
        save_flash(&q, o.save);
    }
    tn_qemu_stop(&q);
    tn_segments_free(&o.flash);
    return 0;
}

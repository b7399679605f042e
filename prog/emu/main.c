// SPDX-License-Identifier: Apache-2.0
// tenon-emu: an emulated board that runs the real Arm binary, as a device on a serial line.
//
//     tenon-emu BOARD|FOLDER|CHIP [--flash FILE] [--load FILE]... [--save FILE] [--hold-button]
//             [--log FILE] [--lenient[=NAME,...]] [--pty LINK] [--usbip[=WHERE]]
//             [--card FILE[,KIND]] [--nor FILE[,KIND]] [--stick FILE[,KIND]]
//
// FOLDER: a board's folder, as a path with a slash: its map, chip and button are in its files.
// --flash: the content of the flash, which is kept: read if the file is there, written at the end.
// --load: puts a file into the flash: .hex, ELF, .bin of the flash's beginning, .bin@ADDRESS.
// --save: writes the flash to this file at the end. --pty: makes LINK a symbolic link to the line.
// --usbip: plugs a USB cable in, whose host is a USB/IP server on loopback (WHERE: a port, or an
// address and a port; default 3240): `usbip attach -r 127.0.0.1 -b 1-1` makes the device appear.
// --pty or --usbip must be there. --log: records all bytes of the device on the serial line.
// --lenient: devices that are not modelled read 0, all or those that are named; else an access to
// one ends the run with its name and the instruction's address.
// --card: the image of a card in the slot of a board that has one; KIND: sdhc (default), sdsc, old
// (version 1), or a broken one: never, silent, crc, worn (emu/core/card.h).
// --nor: the external flash of a board that may have one, 2 MiB; the file has what the chip writes,
// and a new one is erased. KIND: good (default), or a broken one: high, low (all bits), busy, liar,
// protected (emu/core/nor.h).
// --stick: the image of a USB stick at the connector of a board that is a host; KIND: good
// (default), slow, long (its statuses), a broken one: never (ready), worn, silent, pulled (out, in
// mid-read), or what does not fit: large (blocks), keyboard (emu/core/stick.h).
// It runs until SIGTERM or SIGINT. SIGUSR1 is the reset pin, SIGUSR2 the same with the button held;
// SIGHUP switches the power off and on.
#define _GNU_SOURCE
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "emu/boards/board.h"
#include "emu/core/stick.h"
#include "load.h"
#include "terminal.h"
#include "usb.h"

enum {
    SLICE = 200000,     // instructions between two looks at the outside
    USB_SLICE = 20000,  // the same while a host sends tokens
    USB_FRAME_US = 1000,
    LONGEST_MS = 50,  // of a sleep
    NOR_SIZE = 2 << 20,
    PIECE = 256,
    STICK_BLOCKS = 24,  // that a stick gives until it is pulled out: some of a file
    USAGE = 64,
    NOT_MODELLED = 70,
};

#define USBIP_PORT "3240"  // of the protocol (Linux, Documentation/usb/usbip_protocol.rst)

struct emulation {
    struct tn_emu emu;
    const struct tn_emu_layout *board;  // NULL: a chip alone
    struct terminal line;
    bool has_line;
    int signals;
    int signal;           // that has come; 0: none
    const char *lenient;  // names of devices, "": all; NULL: none
    uint8_t uicr[0x1000];
};

static struct emulation it;

struct options {
    const char *flash, *save, *pty, *log, *usbip;
    bool button;
};

_Noreturn static void usage(const char *why) {
    fprintf(stderr,
            "tenon-emu: %s\n"
            "usage: tenon-emu BOARD|FOLDER|CHIP [--flash FILE] [--load FILE]... [--save FILE] "
            "[--hold-button] "
            "[--log FILE] [--lenient[=NAME,...]] [--pty LINK] [--usbip[=WHERE]] "
            "[--card FILE[,KIND]] [--nor FILE[,KIND]] [--stick FILE[,KIND]]\n"
            "boards and chips:",
            why);
    for (const struct tn_emu_layout *const *l = tn_emu_layouts; *l; l++) {
        fprintf(stderr, " %s", (*l)->name);
    }
    for (const struct tn_emu_chip *const *c = tn_emu_chips; *c; c++) {
        fprintf(stderr, " %s", (*c)->name);
    }
    fprintf(stderr, "\n");
    exit(USAGE);
}

// ---- The outside -----------------------------------------------------------------------

static uint64_t real_us(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

// Takes a signal and bytes that have come, waiting for at most us.
static void look_out(uint64_t us) {
    struct timespec wait = {(time_t)(us / 1000000), (long)(us % 1000000) * 1000};
    uint8_t buf[PIECE];
    struct signalfd_siginfo info;

    if (it.has_line) {
        terminal_flush(&it.line);
    }
    struct pollfd p[2 + TN_USBIP_FDS] = {{.fd = it.signals, .events = POLLIN},
            {.fd = it.line.open ? it.line.master : -1, .events = POLLIN}};
    ppoll(p, 2 + usb_fds(p + 2), &wait, NULL);
    if (p[0].revents && read(it.signals, &info, sizeof(info)) == sizeof(info)) {
        it.signal = (int)info.ssi_signo;
        tn_emu_stop(&it.emu);
    }
    if (p[1].revents & POLLIN) {
        // The one line outside leads to every UART: the board's program switches on its own.
        size_t n = terminal_take(&it.line, buf, sizeof(buf));
        for (unsigned line = 0; line < TN_EMU_LINES; line++) {
            tn_emu_line_put(&it.emu, line, buf, n);
        }
    }
}

// The core sleeps: as long passes outside, unless a packet comes by USB.
static bool on_sleep(struct tn_emu *e, uint64_t until) {
    uint64_t began = real_us();
    uint64_t now = tn_emu_us(e);
    uint64_t longest = usb_is_attached() ? USB_FRAME_US : LONGEST_MS * 1000;
    uint64_t us = until == TN_EMU_NEVER || until - now > longest ? longest : until - now;

    if (until <= now || usb_step()) {
        return true;
    }
    look_out(us);
    uint64_t passed = real_us() - began;
    tn_emu_pass(e, passed < us ? passed : us);
    return true;
}

static void on_byte(struct tn_emu *e, unsigned line, uint8_t byte) {
    (void)e;
    (void)line;
    if (it.has_line) {
        terminal_give(&it.line, byte);
    }
}

// True if the name is in the list NAME,NAME...
static bool is_in(const char *name, const char *list) {
    size_t n = strlen(name);

    for (const char *at = list; at; at = strchr(at, ',')) {
        at += *at == ',';
        if (!strncmp(at, name, n) && (at[n] == ',' || !at[n])) {
            return true;
        }
    }
    return false;
}

static bool on_unknown(
        struct tn_emu *e, const struct tn_emu_device *d, uint32_t addr, bool is_store) {
    if (it.lenient && (!*it.lenient || is_in(d->name, it.lenient))) {
        return true;
    }
    fprintf(stderr,
            "tenon-emu: the instruction at 0x%08x %s %s + 0x%03x (0x%08x), which is not modelled "
            "for the %s (--lenient=%s: reads 0)\n",
            (unsigned)(tn_emu_reg(e, TN_EMU_PC) & ~1u), is_store ? "writes" : "reads", d->name,
            (unsigned)(addr - d->base), (unsigned)addr, e->chip->name, d->name);
    return false;
}

// Refuses names that the chip does not have.
static void check_lenient(const struct tn_emu_chip *chip) {
    char list[512];

    snprintf(list, sizeof(list), "%s", it.lenient ? it.lenient : "");
    for (char *name = strtok(list, ","); name; name = strtok(NULL, ",")) {
        bool known = false;
        for (size_t i = 0; i < chip->ndevices; i++) {
            known |= chip->devices[i]->unknown && !strcmp(chip->devices[i]->name, name);
        }
        if (!known) {
            fprintf(stderr, "tenon-emu: --lenient: the %s has no '%s' that is not modelled; it has",
                    chip->name, name);
            for (size_t i = 0; i < chip->ndevices; i++) {
                if (chip->devices[i]->unknown) {
                    fprintf(stderr, " %s", chip->devices[i]->name);
                }
            }
            fprintf(stderr, "\n");
            exit(USAGE);
        }
    }
}

// A program that hangs in a handler of its own says nothing, so this does; once is enough.
static void on_fault(struct tn_emu *e, uint32_t pc) {
    if (e->faults == 1) {
        fprintf(stderr, "tenon-emu: the instruction at 0x%08x causes a fault\n", (unsigned)pc);
    }
}

// ---- Running ---------------------------------------------------------------------------

static void set_button(bool held) {
    if (it.board && it.board->has_button) {
        tn_emu_pin(&it.emu, it.board->button_port, it.board->button_pin,
                held == it.board->button_high);
    }
}

// What a signal asks for. False: to end.
static bool obey(void) {
    int s = it.signal;

    it.signal = 0;
    if (s == SIGUSR1 || s == SIGUSR2) {
        set_button(s == SIGUSR2);
        tn_emu_reset(&it.emu);
        return true;
    }
    if (s == SIGHUP) {
        set_button(false);
        tn_emu_power_on(&it.emu, (uint32_t)real_us());
        return true;
    }
    return false;
}

// Runs until a signal ends it. Returns the exit code.
static int run(void) {
    struct tn_emu *e = &it.emu;

    for (;;) {
        e->limit = usb_is_attached() ? USB_SLICE : SLICE;
        enum tn_emu_end end = tn_emu_run(e);
        usb_step();
        look_out(0);
        if (it.signal) {
            if (!obey()) {
                return 0;
            }
        } else if (end == TN_EMU_RESET || end == TN_EMU_BITTEN) {
            tn_emu_reset(e);
        } else if (end == TN_EMU_LOCKUP) {
            fprintf(stderr, "tenon-emu: locked up at 0x%08x; the chip resets itself\n",
                    (unsigned)e->pc);
            tn_emu_reset(e);
        } else if (end == TN_EMU_UNKNOWN) {
            return NOT_MODELLED;
        }
    }
}

static int catch_signals(void) {
    static const int caught[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2};
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < sizeof(caught) / sizeof(*caught); i++) {
        sigaddset(&set, caught[i]);
    }
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &set, SFD_CLOEXEC);
}

// ---- Beginning -------------------------------------------------------------------------

static const struct tn_emu_chip *find_chip(const char *name) {
    static struct tn_emu_layout own;

    it.board = tn_emu_layout_find(name, &own);
    if (it.board) {
        return it.board->chip;
    }
    for (const struct tn_emu_chip *const *c = tn_emu_chips; *c; c++) {
        if (!strcasecmp((*c)->name, name)) {
            return *c;
        }
    }
    return NULL;
}

// FILE, or FILE,KIND: takes the kind off. Returns its number; 0 if there is none.
static int take_kind(char *text, const char *const *words, int n) {
    char *comma = strrchr(text, ',');

    for (int kind = 0; comma && kind < n; kind++) {
        if (!strcmp(comma + 1, words[kind])) {
            *comma = 0;
            return kind;
        }
    }
    return 0;
}

// The image is mapped: it is large.
static const uint8_t *map_image(const char *option, const char *name, size_t *ret_len) {
    struct stat info;
    int fd = open(name, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &info) || info.st_size <= 0) {
        fprintf(stderr, "tenon-emu: %s: %s: no such image\n", option, name);
        exit(1);
    }
    *ret_len = (size_t)info.st_size;
    const uint8_t *p = mmap(NULL, *ret_len, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED) {
        fprintf(stderr, "tenon-emu: %s: %s: it cannot be mapped\n", option, name);
        exit(1);
    }
    close(fd);
    return p;
}

static void insert_card(char *text) {
    struct tn_emu_medium *m = &it.emu.medium;

    m->kind = (enum tn_emu_card_kind)take_kind(text, tn_emu_card_words, TN_EMU_CARD_KINDS);
    m->image = map_image("--card", text, &m->len);
}

static void plug_stick(char *text) {
    static struct tn_emu_stick stick;
    static struct tn_usb_cable cable;

    if (!it.board || !it.board->usb_supply_pin) {
        fprintf(stderr, "tenon-emu: --stick: this board is no USB host\n");
        exit(USAGE);
    }
    stick.kind = (enum tn_emu_stick_kind)take_kind(text, tn_emu_stick_words, TN_EMU_STICK_KINDS);
    stick.after = STICK_BLOCKS;
    stick.image = map_image("--stick", text, &stick.len);
    cable = tn_emu_stick_cable;
    cable.ctx = &stick;
    it.emu.usb_device = &cable;
}

// FILE, or FILE,KIND. The file is the flash: what the chip writes, it has. A new one is erased.
static void attach_nor(char *text) {
    uint8_t erased[PIECE];
    struct tn_emu_nor_chip *n = &it.emu.nor;

    memset(erased, 0xff, sizeof(erased));
    n->kind = (enum tn_emu_nor_kind)take_kind(text, tn_emu_nor_words, TN_EMU_NOR_KINDS);
    int fd = open(text, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    off_t len = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
    for (; len >= 0 && len < NOR_SIZE; len += (off_t)sizeof(erased)) {
        if (pwrite(fd, erased, sizeof(erased), len) != (ssize_t)sizeof(erased)) {
            len = -2;
        }
    }
    n->len = NOR_SIZE;
    n->bytes = len < 0 ? MAP_FAILED : mmap(NULL, n->len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (n->bytes == MAP_FAILED) {
        perror("tenon-emu: --nor");
        exit(1);
    }
    close(fd);
}

static void parse(struct options *o, int argc, char **argv) {
    static const struct option known[] = {
            {"flash", required_argument, NULL, 'f'},
            {"load", required_argument, NULL, 'o'},
            {"save", required_argument, NULL, 's'},
            {"hold-button", no_argument, NULL, 'b'},
            {"log", required_argument, NULL, 'l'},
            {"lenient", optional_argument, NULL, 'x'},
            {"pty", required_argument, NULL, 'p'},
            {"usbip", optional_argument, NULL, 'u'},
            {"card", required_argument, NULL, 'c'},
            {"nor", required_argument, NULL, 'n'},
            {"stick", required_argument, NULL, 't'},
            {NULL, 0, NULL, 0},
    };

    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        switch (c) {
        case 'f':
            o->flash = optarg;
            if (access(optarg, F_OK) == 0 && load_file(&it.emu, it.uicr, optarg)) {
                exit(1);
            }
            break;
        case 'o':
            if (load_file(&it.emu, it.uicr, optarg)) {
                exit(1);
            }
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
        case 'x':
            it.lenient = optarg ? optarg : "";
            break;
        case 'p':
            o->pty = optarg;
            break;
        case 'c':
            insert_card(optarg);
            break;
        case 'n':
            attach_nor(optarg);
            break;
        case 't':
            plug_stick(optarg);
            break;
        case 'u':
            o->usbip = optarg ? optarg : USBIP_PORT;
            break;
        default:
            usage("an option that it does not have");
        }
    }
}

int main(int argc, char **argv) {
    struct options o = {0};
    const struct tn_emu_chip *chip = argc > 1 ? find_chip(argv[1]) : NULL;

    if (!chip) {
        usage(argc > 1 ? "no such board or chip" : "name a board or a chip");
    }
    if (tn_emu_open_whole(&it.emu, chip)) {
        return 1;
    }
    if (it.board) {
        tn_emu_layout_fit(it.board, &it.emu);
    }
    memset(it.uicr, 0xff, sizeof(it.uicr));
    parse(&o, argc - 1, argv + 1);
    bool has_link = o.pty || o.usbip;
    if (!has_link || optind != argc - 1) {
        usage(has_link ? "one board or chip, please" : "--pty LINK or --usbip is missing");
    }
    check_lenient(chip);
    it.signals = catch_signals();
    it.emu.uicr = it.uicr;
    it.emu.on_sleep = on_sleep;
    it.emu.on_byte = on_byte;
    it.emu.on_unknown = on_unknown;
    it.emu.on_fault = on_fault;
    it.emu.watchdog_bites = true;
    it.has_line = o.pty;
    if ((o.pty && terminal_open(&it.line, o.pty, o.log)) ||
            (o.usbip && usb_open(&it.emu, o.usbip))) {
        return 1;
    }
    set_button(o.button);
    tn_emu_power_on(&it.emu, (uint32_t)real_us());
    int code = run();
    if (it.has_line) {
        terminal_flush(&it.line);
        unlink(o.pty);
    }
    if ((o.flash && load_save(&it.emu, o.flash)) || (o.save && load_save(&it.emu, o.save))) {
        code = 1;
    }
    tn_emu_close(&it.emu);
    return code;
}

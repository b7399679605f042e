// SPDX-License-Identifier: Apache-2.0
// What an application finds when a board's real loader starts it, on the emulated chip: the
// registers of core and devices as after a power-on, but for those that a list names with a reason;
// nothing that goes on by itself; the loader's flash locked.
//
//     handover LIST.txt BOARD LOADER.elf KEY.pem
//
// The list has a line for each register that may differ: boards, device (with _ for spaces),
// offsets in it, the reason.
// A difference without a line is a failure, and so is a line of this board without a difference.
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/compiler.h"
#include "emu/boards/board.h"

enum {
    LEN = 3000,       // bytes of an image
    LINES = 200,      // of the list
    WORDS = 4,        // of a line: boards, device, offsets, the reason
    DEVICES = 64,     // of a chip
    STIMULUS = 5,     // bytes that come after the start
    LATER_US = 5000,  // time that passes then
    ARMED_MS = 1500,
    LATEST_MS = 2400,  // an STM32's oscillator may be faster by the half
    ERASED = 0xff,
    LAST_SECTOR = 4096,  // of a slot, where the spare one is in another flash
};

struct line {
    char *words[WORDS];
    uint32_t first, last;  // offsets
    bool used;
};

// The lines whose reason says so are registers of the lock.
#define LOCK_REASON "the lock of"

static struct line lines[LINES];
static size_t nlines;
static struct tn_emu_board board;  // whose loader runs
static struct tn_emu at_power_on, at_start;
static unsigned failures;

static void fail(const char *what, const char *detail) {
    printf("FAILED: %s: %s%s%s\n", board.layout->name, what, *detail ? ": " : "", detail);
    failures++;
}

// ---- The list --------------------------------------------------------------------------

_Noreturn static void die(const char *what, const char *detail) {
    fprintf(stderr, "handover: %s%s\n", what, detail);
    exit(1);
}

// Cuts a line into words; the last one is the rest. False: there are too few.
static bool cut(char *text, char *words[WORDS]) {
    char *save = NULL;

    for (int i = 0; i < WORDS; i++) {
        words[i] = strtok_r(i ? NULL : text, i == WORDS - 1 ? "\n" : " \t\n", &save);
        if (!words[i]) {
            return false;
        }
    }
    return true;
}

static void read_list(const char *path) {
    FILE *f = fopen(path, "r");
    char text[512];

    if (!f) {
        die("cannot read ", path);
    }
    while (fgets(text, sizeof(text), f)) {
        if (*text == '#' || *text == '\n') {
            continue;
        }
        struct line *l = &lines[nlines];
        char *end;
        if (++nlines == LINES || !cut(strdup(text), l->words)) {
            die("a line without boards, device, offsets and a reason, or too many: ", text);
        }
        for (char *c = strchr(l->words[1], '_'); c; c = strchr(c, '_')) {
            *c = ' ';
        }
        l->first = (uint32_t)strtoul(l->words[2], &end, 16);
        l->last = *end == '-' ? (uint32_t)strtoul(end + 1, &end, 16) : l->first;
        if (*end) {
            die("offsets are hexadecimal, FIRST or FIRST-LAST: ", l->words[2]);
        }
    }
    fclose(f);
}

// The line that allows a difference; NULL: none does.
static struct line *allowed(const char *device, uint32_t off) {
    for (size_t i = 0; i < nlines; i++) {
        struct line *l = &lines[i];
        if (!fnmatch(l->words[0], board.layout->name, 0) && !strcmp(l->words[1], device) &&
                off >= l->first && off <= l->last) {
            return l;
        }
    }
    return NULL;
}

static void check_list(void) {
    for (size_t i = 0; i < nlines; i++) {
        if (!lines[i].used && !strcmp(lines[i].words[0], board.layout->name)) {
            fail("a line of the list without a difference", lines[i].words[1]);
        }
    }
}

// ---- Registers -------------------------------------------------------------------------

// Compares all registers of a device with those after a power-on. Reading may change a device:
// both are copies.
static void compare_device(const struct tn_emu_device *d, const char *when) {
    char what[160];

    for (uint32_t off = 0; off < d->size; off += 4) {
        uint32_t was = tn_emu_load(&at_power_on, d->base + off, 4);
        uint32_t is = tn_emu_load(&at_start, d->base + off, 4);
        struct line *l = was == is ? NULL : allowed(d->name, off);
        if (l) {
            l->used = true;
        } else if (was != is) {
            snprintf(what, sizeof(what), "%s %#x is %#x, not %#x as after a power-on; %s", d->name,
                    off, is, was, when);
            fail("a register", what);
        }
    }
}

static void compare(const char *when) {
    const struct tn_emu_chip *chip = board.layout->chip;

    for (size_t i = 0; i < chip->ndevices; i++) {
        if (!chip->devices[i]->unknown) {
            compare_device(chip->devices[i], when);
        }
    }
}

// The core is where the image's vector table says, masks nothing, and uses the main stack.
static void compare_core(const struct tn_buf *image) {
    const uint8_t *table = image->p + board.layout->header;
    uint32_t vtor = board.layout->chip->flash_base + board.layout->primary + board.layout->header;
    uint32_t regs[TN_EMU_REGS];

    tn_emu_get_regs(&board.emu, regs);
    if (regs[TN_EMU_SP] != tn_get_le32(table)) {
        fail("the stack pointer is not the image's", "");
    }
    if ((regs[TN_EMU_XPSR] & 0x1ff) || (regs[TN_EMU_PRIMASK] & 1) || regs[TN_EMU_CONTROL]) {
        fail("the core is in a handler, masked, or not on the main stack", "");
    }
    if (board.layout->chip->core != TN_EMU_CORTEX_M0 &&
            tn_emu_load(&board.emu, 0xe000ed08, 4) != vtor) {
        fail("VTOR is not the image's", "");
    }
}

// Bytes come and time passes. ret: whether that changes each device.
static void go_on(struct tn_emu *e, bool ret[DEVICES]) {
    uint8_t bytes[STIMULUS] = {1, 2, 3, 4, 5};

    if (e->chip->ndevices > DEVICES) {
        die("a chip with too many devices: ", e->chip->name);
    }
    tn_emu_line_put(e, 0, bytes, sizeof(bytes));
    for (size_t i = 0; i < e->chip->ndevices; i++) {
        const struct tn_emu_device *d = e->chip->devices[i];
        uint8_t *state = tn_emu_state(e, d);
        uint8_t *was = malloc(d->state_size + 1);
        if (!was) {
            die("out of memory", "");
        }
        memcpy(was, state, d->state_size);
        for (int k = 0; k < 2 && d->tick; k++) {
            d->tick(e, state);
            tn_emu_pass(e, LATER_US);
            d->tick(e, state);
        }
        ret[i] = memcmp(was, state, d->state_size) != 0;
        free(was);
    }
}

static void compare_later(void) {
    const struct tn_emu_chip *chip = board.layout->chip;
    bool was[DEVICES], is[DEVICES];

    go_on(&at_power_on, was);
    go_on(&at_start, is);
    for (size_t i = 0; i < chip->ndevices; i++) {
        if (is[i] && !was[i]) {
            fail("a device goes on by itself", chip->devices[i]->name);
        }
    }
    compare("some time later");
}

static void check_start(const struct tn_buf *image, const char *how) {
    if (!tn_emu_board_runs(&board, image)) {
        fail("the image does not run", how);
        return;
    }
    compare_core(image);
    tn_emu_copy(&at_start, &board.emu);
    tn_emu_power_on(&at_power_on, 1);
    at_power_on.passed = at_start.insns + at_start.passed;  // of time too they have the same
    compare(how);
    compare_later();
}

// ---- The lock, and the watchdog ----------------------------------------------------------

// Calls a function of the loader. False: there is none, or it does not return.
static bool call(const char *name, uint32_t first, uint32_t second) {
    const struct tn_elf_function *f = tn_elf_find(&board.loader, name);
    struct tn_emu *e = &board.emu;
    uint32_t regs[TN_EMU_REGS];

    if (!f) {
        return false;
    }
    tn_emu_get_regs(e, regs);
    regs[0] = first;
    regs[1] = second;
    regs[TN_EMU_LR] = e->pc | 1;  // the application, where the run ends
    regs[TN_EMU_PC] = f->addr | 1;
    tn_emu_set_regs(e, regs);
    return tn_emu_run(e) == TN_EMU_LEFT;
}

// The application erases the sector that holds off, by the loader's own driver. True: it is erased.
static bool erases(uint32_t off) {
    uint8_t *flash = board.emu.flash;
    uint32_t begin, size, at;

    tn_emu_sector_at(board.layout->chip, off, &begin, &size);
    for (at = begin; at < begin + size - 1 && flash[at] == ERASED; at++) {
    }
    if (flash[at] == ERASED) {  // the last byte: the sector is erased
        flash[at] = 0;
    }
    if (!call("erase", 0, begin)) {
        fail("the driver's erase does not return", "");
    }
    return flash[at] == ERASED;
}

// The registers of the lock get the values that they have after a power-on.
static void try_to_unlock(void) {
    const struct tn_emu_chip *chip = board.layout->chip;

    tn_emu_power_on(&at_power_on, 1);
    for (size_t i = 0; i < chip->ndevices; i++) {
        const struct tn_emu_device *d = chip->devices[i];
        for (uint32_t off = 0; off < d->size && !d->unknown; off += 4) {
            const struct line *l = allowed(d->name, off);
            if (l && strstr(l->words[WORDS - 1], LOCK_REASON)) {
                uint32_t value = tn_emu_load(&at_power_on, d->base + off, 4);
                tn_emu_store(&board.emu, d->base + off, 4, value);
            }
        }
    }
}

// True if no sector of loader, keys and mark can be erased.
static bool is_locked(void) {
    const struct tn_emu_layout *l = board.layout;
    uint32_t begin, size;

    for (uint32_t off = l->chip->boot_off; off < l->locked_end; off += size) {
        tn_emu_sector_at(l->chip, off, &begin, &size);
        if (erases(off)) {
            return false;
        }
    }
    return true;
}

// A byte of the loader's last sector; of its first one, if the driver itself runs from the last.
static uint32_t end_of_loader(void) {
    const struct tn_emu_layout *l = board.layout;
    const struct tn_elf_function *driver = tn_elf_find(&board.loader, "erase");
    uint32_t last = l->chip->boot_off + l->boot_size - 1;
    uint32_t begin, size;

    tn_emu_sector_at(l->chip, last, &begin, &size);
    return driver && driver->addr - l->chip->flash_base >= begin ? l->chip->boot_off : last;
}

static void check_lock(const struct tn_buf *image) {
    const struct tn_emu_layout *l = board.layout;
    struct line *no_lock = allowed("lock", 0);
    // What the loader does not lock: the spare slot, or the end of the primary one.
    uint32_t spare = l->external ? l->primary + l->primary_size - LAST_SECTOR : l->secondary;

    if (!erases(spare) || !tn_emu_board_holds(&board, TN_RUNNING, image)) {
        fail("the driver does not erase a slot", "");
    }
    if (no_lock) {
        no_lock->used = erases(end_of_loader());
        return;
    }
    if (!l->locked_end || !is_locked()) {
        fail("loader, keys and mark are not locked", "");
    }
    try_to_unlock();
    if (!is_locked()) {
        fail("the application can open the lock", "");
    }
}

static void check_watchdog(void) {
    const struct tn_emu_watchdog *w = &board.emu.watchdog;

    if (w->running) {
        fail("a watchdog runs", "");
    }
    if (!call("chip_arm", ARMED_MS, 0) || !w->running || w->timeout_ms < ARMED_MS ||
            w->timeout_ms > LATEST_MS || w->pauses_in_sleep) {
        fail("chip_arm does not start the watchdog for that time", "");
    }
    uint64_t feedings = w->feedings;
    if (!call("chip_alive", 0, 0) || w->feedings != feedings + 1) {
        fail("chip_alive does not feed the watchdog", "");
    }
}

// ----------------------------------------------------------------------------------------

static void open_board(const char *name, const char *loader) {
    const struct tn_emu_layout *l = tn_emu_layout_find(name, NULL);

    if (!l || tn_emu_board_open(&board, l, tn_emu_layout_slots(l), loader)) {
        die("no board, or not its loader: ", name);
    }
    if (tn_emu_open(&at_power_on, board.emu.chip, board.emu.code_size) ||
            tn_emu_open(&at_start, board.emu.chip, board.emu.code_size)) {
        exit(1);
    }
    memcpy(at_power_on.pins, board.emu.pins, sizeof(board.emu.pins));
    tn_emu_copy_flash(&at_power_on, &board.emu);
}

int main(int argc, char **argv) {
    struct tn_key_pair key;
    struct tn_fault fault = {0};
    struct tn_buf image[2];

    if (argc != 5) {
        die("LIST.txt BOARD LOADER.elf KEY.pem", "");
    }
    if (tn_key_load(argv[4], &key, &fault)) {
        die(fault.text, "");
    }
    read_list(argv[1]);
    open_board(argv[2], argv[3]);
    for (uint8_t i = 0; i < 2; i++) {
        tn_emu_image_make(board.layout, &key, (uint8_t)(i + 1), LEN, &image[i]);
    }
    tn_emu_board_place(&board, TN_RUNNING, &image[0]);
    tn_emu_boot(&board.emu, 1, 0);
    check_start(&image[0], "after a power-on");
    tn_emu_reset(&board.emu);
    tn_emu_run(&board.emu);
    check_start(&image[0], "after a reset by the pin");
    tn_emu_board_place(&board, TN_CANDIDATE, &image[1]);
    tn_emu_board_request(&board, TN_SWAP_PERM);
    tn_emu_boot(&board.emu, 1, 0);
    check_start(&image[1], "after an upgrade");
    check_watchdog();
    check_lock(&image[1]);
    check_list();
    printf("%s: %u failures\n", argv[2], failures);
    tn_buf_free(&image[0]);
    tn_buf_free(&image[1]);
    tn_emu_close(&at_power_on);
    tn_emu_close(&at_start);
    tn_emu_board_close(&board);
    return failures != 0;
}

// SPDX-License-Identifier: Apache-2.0
// What a boot costs: instructions from reset to the application's first, on emulated chips.
//
//     insns [--json] SIZE_FOLDER VECTORS_FOLDER
//     insns --stack LOADER.elf VECTORS_FOLDER      prints the deepest stack of all that it does
//
// The signed files are fixed (VECTORS_FOLDER), for the signature check is not constant-time. Both
// chips have the same model of flash: what the controller does costs no instruction.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "emu/board.h"

// A loader, and how it goes about an update.
struct variant {
    const char *program;  // in SIZE_FOLDER
    const char *core;     // in the figures' names
    const struct tn_emu_layout *layout;
    const struct tn_strategy *strategy;
    uint64_t boot_max, upgrade_max;    // ceilings, instructions
    uint64_t boot_peer, upgrade_peer;  // MCUboot's: reference peer_mcuboot.md section 2
};

static const struct variant variants[] = {
        {"boot-m0", "m0", &tn_emu_microbit, &tn_swap_offset, 24500000, 34000000, 46424176,
                97330156},
        {"boot-m4", "m4", &tn_emu_rak4631, &tn_swap_offset, 5500000, 8000000, 21621478, 44536459},
};

struct figures {
    uint64_t insns, erases, words;
    uint32_t stack;  // bytes
};

static struct tn_buf images[2];
static bool json;
static bool high;  // a figure is above its ceiling

_Noreturn static void die(const char *what, const char *name) {
    fprintf(stderr, "bench: %s %s\n", what, name);
    exit(1);
}

static void load_images(const char *dir) {
    static const char *const names[] = {"v1.signed.bin", "v2.signed.bin"};
    struct tn_fault fault = {0};
    char path[4096];

    for (size_t i = 0; i < TN_LEN(names); i++) {
        snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
        if (tn_file_read(path, &images[i], &fault)) {
            die(fault.text, "");
        }
    }
}

// What looks for the deepest stack.
struct watch {
    const struct tn_elf_function *leave;  // where the stack becomes the application's
    uint32_t lowest;
};

static void watch_stack(struct tn_emu *e, uint32_t addr, uint32_t size) {
    struct watch *w = e->ctx;
    uint32_t sp = tn_emu_reg(e, TN_EMU_SP);

    (void)size;
    if (sp < w->lowest && addr - w->leave->addr >= w->leave->size) {
        w->lowest = sp;
    }
}

// One boot, which must end in this image.
static struct figures boot(struct tn_emu_board *b, const struct tn_buf *image, bool measure_stack) {
    struct tn_emu *e = &b->emu;
    struct watch w = {tn_elf_find(&b->loader, "cm_run"), UINT32_MAX};

    if (!w.leave) {
        die("no cm_run in", e->chip->name);
    }
    e->ctx = &w;
    e->on_insn = measure_stack ? watch_stack : NULL;
    if (tn_emu_boot(e, 1, 0) != TN_EMU_LEFT || !tn_emu_board_runs(b, image) || e->violations ||
            e->faults) {
        die("the wrong image runs on", e->chip->name);
    }
    return (struct figures){
            e->insns, e->erases, e->words, TN_EMU_RAM + e->chip->ram_size - w.lowest};
}

static void open_board(struct tn_emu_board *b, const struct variant *v, const char *loader) {
    if (tn_emu_board_open(b, v->layout, v->strategy, loader)) {
        exit(1);
    }
    tn_emu_board_place(b, TN_RUNNING, &images[0]);
}

static struct figures upgrade(struct tn_emu_board *b, bool measure_stack) {
    tn_emu_board_place(b, TN_CANDIDATE, &images[1]);
    tn_emu_board_request(b, TN_SWAP_TEST);
    return boot(b, &images[1], measure_stack);
}

static void report(const struct variant *v, const char *what, const struct figures *f,
        uint64_t ceiling, uint64_t peer) {
    if (json) {
        printf("{\"name\": \"%s.%s.insn\", \"value\": %llu, \"unit\": \"insn\", \"peer\": "
               "\"MCUboot, swap using offset\", \"peer_value\": %llu}\n",
                what, v->core, (unsigned long long)f->insns, (unsigned long long)peer);
    } else {
        printf("%-10s%-9s%12llu%12llu%12llu%9llu%9llu\n", v->program, what,
                (unsigned long long)f->insns, (unsigned long long)ceiling, (unsigned long long)peer,
                (unsigned long long)f->erases, (unsigned long long)f->words);
    }
    if (f->insns > ceiling) {
        fprintf(stderr, "bench: %s takes %llu instructions for a %s, above its ceiling of %llu\n",
                v->program, (unsigned long long)f->insns, what, (unsigned long long)ceiling);
        high = true;
    }
}

static void measure(const struct variant *v, const char *dir) {
    struct tn_emu_board b;
    char path[4096];

    snprintf(path, sizeof(path), "%s/%s.elf", dir, v->program);
    open_board(&b, v, path);
    struct figures plain = boot(&b, &images[0], false);
    report(v, "boot", &plain, v->boot_max, v->boot_peer);
    struct figures swap = upgrade(&b, false);
    report(v, "upgrade", &swap, v->upgrade_max, v->upgrade_peer);
    tn_emu_board_close(&b);
}

// The deepest stack of an upgrade and of a revert.
static int print_stack(const char *loader) {
    size_t len = strlen(loader);
    const struct variant *v = &variants[len > 6 && strstr(loader, "-m4")];
    struct tn_emu_board b;

    open_board(&b, v, loader);
    struct figures up = upgrade(&b, true);
    struct figures back = boot(&b, &images[0], true);
    printf("%u\n", up.stack > back.stack ? up.stack : back.stack);
    tn_emu_board_close(&b);
    return 0;
}

int main(int argc, char **argv) {
    bool stack = argc > 1 && !strcmp(argv[1], "--stack");

    json = argc > 1 && !strcmp(argv[1], "--json");
    if (argc != 3 + (stack || json)) {
        fprintf(stderr,
                "usage: insns [--json] SIZE_FOLDER VECTORS_FOLDER\n"
                "       insns --stack LOADER.elf VECTORS_FOLDER\n");
        return 64;
    }
    load_images(argv[argc - 1]);
    if (stack) {
        return print_stack(argv[argc - 2]);
    }
    if (!json) {
        printf("Instructions from reset to the application's first, an image of 100 KiB\n"
               "%-19s%12s%12s%12s%9s%9s\n",
                "", "Tenon", "ceiling", "MCUboot", "erases", "words");
    }
    for (size_t i = 0; i < TN_LEN(variants); i++) {
        measure(&variants[i], argv[argc - 2]);
    }
    if (!json) {
        printf("M0: nRF51822, pages of 1 KiB; M4: nRF52840, pages of 4 KiB. MCUboot's figures of "
               "the M4 hold a\nsimulation of flash in RAM, by erases and words of their own.\n");
    }
    for (size_t i = 0; i < TN_LEN(images); i++) {
        tn_buf_free(&images[i]);
    }
    return high;
}

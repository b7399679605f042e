// SPDX-License-Identifier: Apache-2.0
// Measures a boot on emulated chips: instructions from the reset to the application's first one,
// and flash operations.
//
//     insns [--json] SIZE_FOLDER VECTORS_FOLDER
//     insns --stack LOADER.elf VECTORS_FOLDER      prints the deepest stack of all its boots
//
// The signed files are fixed (VECTORS_FOLDER), because the signature check is not constant-time.
// Both chips have the same model of flash. The work of the flash controller costs no instruction.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/compiler.h"
#include "variants.h"

enum {
    IMAGES = 2,
    HDR_LOAD_ADDR = 4,
    HDR_HDR_SIZE = 8,
    HDR_IMG_SIZE = 12,
    HDR_FLAGS = 16,
    RAM_LOAD_ADDR = 0x20010000,  // the window of boot-m4-ram-load
};

struct figures {
    uint64_t insns, erases, words;
    uint32_t stack;  // bytes
};

static const char *const boot_names[BOOTS] = {"boot", "upgrade", "revert"};
static struct tn_buf images[IMAGES], ram_images[IMAGES];
static const char *vectors;  // their folder
static bool json;
static bool high;  // a figure is above its ceiling

_Noreturn static void die(const char *what, const char *name) {
    fprintf(stderr, "bench: %s %s\n", what, name);
    exit(1);
}

// ---- Images ----------------------------------------------------------------------------

static struct tn_buf load(const char *dir, unsigned nth, const char *what) {
    struct tn_fault fault = {0};
    struct tn_buf ret;
    char path[4096];

    snprintf(path, sizeof(path), "%s/v%u.%s", dir, nth + 1, what);
    if (tn_file_read(path, &ret, &fault)) {
        die(fault.text, "");
    }
    return ret;
}

// The same payload with other TLVs.
static struct tn_buf with_tlvs(const struct tn_buf *image, const struct tn_buf *tlvs) {
    size_t at = tn_get_le16(image->p + HDR_HDR_SIZE) + tn_get_le32(image->p + HDR_IMG_SIZE);
    struct tn_buf ret = {malloc(at + tlvs->len), at + tlvs->len};

    if (!ret.p) {
        die("out of memory", "");
    }
    memcpy(ret.p, image->p, at);
    memcpy(ret.p + at, tlvs->p, tlvs->len);
    return ret;
}

// For a copy to RAM: with another header, and the TLVs that sign it.
static struct tn_buf for_ram(const struct tn_buf *image, const struct tn_buf *tlvs) {
    struct tn_buf ret = with_tlvs(image, tlvs);

    tn_put_le32(ret.p + HDR_LOAD_ADDR, RAM_LOAD_ADDR);
    tn_put_le32(ret.p + HDR_FLAGS, TN_IMAGE_RAM_LOAD);
    return ret;
}

// The first image, signed by a key of this kind.
static struct tn_buf for_key(const char *kind) {
    char name[64];

    snprintf(name, sizeof(name), "%s.tlvs", kind);
    struct tn_buf tlvs = load(vectors, 0, name);
    struct tn_buf ret = with_tlvs(&images[0], &tlvs);
    tn_buf_free(&tlvs);
    return ret;
}

static void load_images(const char *dir) {
    vectors = dir;
    for (unsigned i = 0; i < IMAGES; i++) {
        images[i] = load(dir, i, "signed.bin");
        struct tn_buf tlvs = load(dir, i, "ram-load.tlvs");
        ram_images[i] = for_ram(&images[i], &tlvs);
        tn_buf_free(&tlvs);
    }
}

// ---- Boots -----------------------------------------------------------------------------

// The state of the search for the deepest stack.
struct watch {
    const struct tn_elf_function *leave;  // here the stack becomes the application's
    uint32_t lowest;
    bool moved;  // the previous instruction may have moved the stack pointer down
};

// May this instruction move the stack pointer down? Only then is the register read, since reading
// it after each instruction would take most of the time. Encodings: Arm DDI 0419 section A5.2, DDI
// 0403 section A5.2.
static bool may_push(uint16_t insn) {
    return (insn & 0xfe00) == 0xb400 ||   // push
            (insn & 0xff80) == 0xb080 ||  // sub sp, #imm
            (insn & 0xfd87) == 0x4485 ||  // add sp, rm; mov sp, rm
            (insn & 0xf800) >= 0xe800;    // anything of 32 bits
}

static void watch_stack(struct tn_emu *e, uint32_t addr, uint32_t size) {
    struct watch *w = e->ctx;
    bool moved = w->moved;

    (void)size;
    w->moved = addr + 1 >= e->chip->flash_size || may_push(tn_get_le16(e->flash + addr));
    if (!moved) {
        return;
    }
    uint32_t sp = tn_emu_reg(e, TN_EMU_SP);
    if (sp < w->lowest && addr - w->leave->addr >= w->leave->size) {
        w->lowest = sp;
    }
}

// Boots once. The boot must end in this image at this place.
static struct figures boot(struct tn_emu_board *b, enum tn_place place, const struct tn_buf *image,
        bool measure_stack) {
    struct tn_emu *e = &b->emu;
    struct watch w = {tn_elf_find(&b->loader, "cm_run"), UINT32_MAX, true};

    if (!w.leave) {
        die("no cm_run in", e->chip->name);
    }
    e->ctx = &w;
    e->on_insn = measure_stack ? watch_stack : NULL;
    if (tn_emu_boot(e, 1, 0) != TN_EMU_LEFT || !tn_emu_board_runs_in(b, place, image) ||
            e->violations || e->faults) {
        die("the wrong image runs on", e->chip->name);
    }
    return (struct figures){
            e->insns, e->erases, e->units, e->chip->ram_base + e->chip->ram_size - w.lowest};
}

// Of a loader with the verified mark, the boot after the first is measured.
static bool is_marked(const struct variant *v) {
    return strstr(v->program, "-mark");
}

// Runs all boots that this loader supports, with the fixed images.
static void run_all(const struct variant *v, const char *loader, bool measure_stack,
        struct figures ret[BOOTS]) {
    static struct tn_ram_window window = {
            .size = UINT32_MAX};  // only the loader's own window counts
    const struct tn_buf *image = v->row == &tn_layout_ram_load ? ram_images : images;
    struct tn_buf signed_by_key = {0};
    struct tn_emu_board b;

    if (v->strategy && v->row == &tn_layout_swap_offset && !is_marked(v)) {
        signed_by_key = for_key(v->strategy);
        image = &signed_by_key;
    }
    if (tn_emu_board_open(&b, v->layout, v->row, loader)) {
        exit(1);
    }
    b.slots.ram = &window;
    tn_emu_board_place(&b, TN_RUNNING, &image[0]);
    if (is_marked(v)) {
        boot(&b, TN_RUNNING, &image[0], measure_stack);
    }
    ret[BOOT] = boot(&b, TN_RUNNING, &image[0], measure_stack);
    if (v->max[UPGRADE]) {
        tn_emu_board_place(&b, TN_CANDIDATE, &image[1]);
        tn_emu_board_request(&b, TN_SWAP_TEST);
        ret[UPGRADE] = boot(&b, v->upgraded, &image[1], measure_stack);
    }
    if (v->max[REVERT]) {
        ret[REVERT] = boot(&b, TN_RUNNING, &image[0], measure_stack);
    }
    tn_emu_board_close(&b);
    tn_buf_free(&signed_by_key);
}

// ---- Reports ---------------------------------------------------------------------------

// Prints an object of JSON, one line. what is the unit: "insn", "erase" or "word".
static void print_json(const struct variant *v, const char *name, const char *what, uint64_t value,
        uint64_t peer) {
    printf("{\"name\": \"%s\", \"value\": %llu, \"unit\": \"%s\", ", name,
            (unsigned long long)value, what);
    if (peer) {
        printf("\"peer\": \"MCUboot, %s\", \"peer_value\": %llu}\n", v->peer,
                (unsigned long long)peer);
    } else {
        printf("\"peer\": null, \"peer_value\": null}\n");
    }
}

static void report_json(const struct variant *v, enum variant_boot kind, const struct figures *f) {
    const struct variant_figures *peer = &v->of_peer[kind];
    char begin[64];
    char name[96];

    snprintf(begin, sizeof(begin), "%s%s%s", boot_names[kind], v->strategy ? "." : "",
            v->strategy ? v->strategy : "");
    snprintf(name, sizeof(name), "%s.%s.insn", begin, v->core);
    print_json(v, name, "insn", f->insns, peer->insns);
    // The flash operations with pages of 1 KiB only. flash_work measures swap using offset.
    if (v->strategy && kind != BOOT && !strcmp(v->core, "m0")) {
        snprintf(name, sizeof(name), "%s.erases", begin);
        print_json(v, name, "erase", f->erases, peer->erases);
        snprintf(name, sizeof(name), "%s.writes", begin);
        print_json(v, name, "word", f->words, peer->words);
    }
}

// Prints a figure, or blanks if it is unknown, in the width of the table.
static void print_peer(uint64_t value, int width) {
    if (value) {
        printf("%*llu", width, (unsigned long long)value);
    } else {
        printf("%*s", width, "");
    }
}

static void report(const struct variant *v, enum variant_boot kind, const struct figures *f) {
    const struct variant_figures *peer = &v->of_peer[kind];

    if (json) {
        report_json(v, kind, f);
    } else {
        printf("%-26s%-9s%11llu%11llu", v->program, boot_names[kind], (unsigned long long)f->insns,
                (unsigned long long)v->max[kind]);
        print_peer(peer->insns, 11);
        printf("%8llu%8llu", (unsigned long long)f->erases, (unsigned long long)f->words);
        print_peer(peer->erases, 8);
        print_peer(peer->words, 8);
        printf("\n");
    }
    if (f->insns > v->max[kind]) {
        fprintf(stderr, "bench: %s takes %llu instructions for a %s, above its ceiling of %llu\n",
                v->program, (unsigned long long)f->insns, boot_names[kind],
                (unsigned long long)v->max[kind]);
        high = true;
    }
}

static void measure(const struct variant *v, const char *dir) {
    struct figures figures[BOOTS];
    char path[4096];

    snprintf(path, sizeof(path), "%s/%s.elf", dir, v->program);
    run_all(v, path, false, figures);
    for (int i = 0; i < BOOTS; i++) {
        if (v->max[i]) {
            report(v, (enum variant_boot)i, &figures[i]);
        }
    }
}

// The variant by which a program with this name updates: that of its strategy, whatever its
// libraries ("-small"), else that of boot-m0 or boot-m4.
static const struct variant *variant_of(const char *loader) {
    const char *slash = strrchr(loader, '/');
    const char *name = slash ? slash + 1 : loader;
    const struct variant *ret = NULL;

    for (size_t i = 0; i < nvariants; i++) {
        const struct variant *v = &variants[i];
        size_t len = strlen(v->program);
        // the small programs do the same with a smaller library
        if (!strncmp(name, v->program, len) &&
                (!strcmp(name + len, ".elf") || !strcmp(name + len, "-small.elf"))) {
            return v;
        }
        if (!ret && !v->strategy && strstr(name, v->core)) {
            ret = v;
        }
    }
    return ret;
}

static int print_stack(const char *loader) {
    const struct variant *v = variant_of(loader);
    struct figures figures[BOOTS] = {0};
    uint32_t most = 0;

    if (!v) {
        die("of no known core:", loader);
    }
    run_all(v, loader, true, figures);
    for (int i = 0; i < BOOTS; i++) {
        most = figures[i].stack > most ? figures[i].stack : most;
    }
    printf("%u\n", most);
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
        printf("Instructions from reset to the application's first, and work of the flash, an "
               "image of "
               "100 KiB\n%-35s%11s%11s%11s%8s%8s%16s\n",
                "", "Tenon", "ceiling", "MCUboot", "erases", "words", "MCUboot's");
    }
    for (size_t i = 0; i < nvariants; i++) {
        measure(&variants[i], argv[argc - 2]);
    }
    if (!json) {
        printf("M0: nRF51822, pages of 1 KiB; M4: nRF52840, pages of 4 KiB. MCUboot's figures of "
               "the M4 hold a\nsimulation of flash in RAM, by erases and words of their own.\n");
    }
    for (size_t i = 0; i < IMAGES; i++) {
        tn_buf_free(&images[i]);
        tn_buf_free(&ram_images[i]);
    }
    return high;
}

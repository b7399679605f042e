// SPDX-License-Identifier: Apache-2.0
// Power lost, once and a second time, in the real loader of a board with two images whose spare
// slots are in an external flash: both come, or none, and both go back, or none.
//
//     pair_cuts BOARD LOADER.elf KEY.pem [STRIDE [DEVICE.pem]]
//
// STRIDE: besides each erase, one of so many writes is cut. DEVICE.pem: the images are encrypted
// for this key; no clear byte of them may lie in the external flash, and no key in either flash.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "emu/boards/board.h"
#include "emu/core/memo.h"
#include "secrets.h"
#include "workers.h"

enum {
    IMAGES = 2,
    LEN = 3 * 4096 - 100,
    KEY_CELL = 136,  // of the loader (prog/enc/board.c)
    STRIDE = 211,
    RESETS = 3,
    SHOWN = 5,
};

// A board, and the slots of both images over its flashes.
struct device {
    struct tn_emu_board board;
    struct tn_slots slots[IMAGES];
};

struct counts {
    unsigned cuts, second, failures;
};

struct bench {
    struct device live;   // the forward run
    struct device trial;  // after a cut
    struct device again;  // after a second one
    struct tn_memo memo;
    struct tn_buf image[IMAGES][2];   // of each: the old and the new one, as they run
    struct tn_buf stored[IMAGES][2];  // and as they are stored
    struct secrets keys, payloads;
    bool is_encrypted;
    bool is_revert;
    uint32_t stride;
    uint32_t seed;
    unsigned worker;
    unsigned op;         // of the forward run
    unsigned ops;        // of the whole of it
    unsigned second_op;  // of the trial's first boot: where it is cut; 0: nowhere
    bool second_failed;
    struct counts *counts;
};

_Noreturn static void die(const char *what) {
    fprintf(stderr, "pair_cuts: %s\n", what);
    exit(1);
}

// ---- A device --------------------------------------------------------------------------------

// The board's functions work on this image's slots from now on.
static void use(struct device *d, unsigned image) {
    d->board.slots = d->slots[image];
}

static void look(struct tn_emu *e, uint32_t addr, uint32_t size) {
    struct bench *b = e->ctx;

    (void)size;
    tn_memo_look(&b->memo, e, addr);
}

// The first image's slots are the board's. The second one's spare slot is behind the first one's.
static void open_device(
        struct bench *b, struct device *d, const struct tn_emu_layout *l, const char *loader) {
    if (tn_emu_board_open(&d->board, l, tn_emu_layout_slots(l), loader)) {
        exit(1);
    }
    d->board.emu.ctx = b;
    d->board.emu.on_insn = look;
    if (b->is_encrypted) {
        d->board.slots.encrypted = TN_IMAGE_ENCRYPTED;
        d->board.slots.key_cell = KEY_CELL;
    }
    struct tn_slots *data = &d->slots[1];
    d->slots[0] = *data = d->board.slots;
    data->image = 1;
    data->area[TN_PRIMARY].off = l->data;
    data->area[TN_PRIMARY].size = l->data_size;
    data->area[TN_SECONDARY].off = l->secondary_size;
    data->area[TN_SECONDARY].size = l->data_size + l->external_sector;
    data->max_sectors = (uint16_t)(data->area[TN_SECONDARY].size / l->external_sector);
}

// Boots. Returns 'N' or 'O' if both images are the new or the old ones, and the program runs; '%'
// if they are one of each; '!' if no image runs, or a rule was broken.
static char boot(struct bench *b, struct device *d, uint32_t seed) {
    struct tn_emu *e = &d->board.emu;
    char ret = 0;

    if (tn_memo_boot(&b->memo, e, seed, RESETS) != TN_EMU_LEFT || e->faults || e->violations) {
        return '!';
    }
    for (unsigned i = 0; i < IMAGES; i++) {
        use(d, i);
        char is = tn_emu_board_holds(&d->board, TN_RUNNING, &b->image[i][1]) ? 'N'
                : tn_emu_board_holds(&d->board, TN_RUNNING, &b->image[i][0]) ? 'O'
                                                                             : '!';
        ret = !ret || ret == is ? is : ret == '!' || is == '!' ? '!' : '%';
    }
    use(d, 0);
    return ret == '!' || ret == '%' || tn_emu_board_runs(&d->board, &b->image[0][ret == 'N']) ? ret
                                                                                              : '!';
}

// ---- After a cut -----------------------------------------------------------------------------

static bool has_one(const struct secrets *s, const uint8_t *bytes, size_t len) {
    return secrets_find(s, bytes, len) != len;
}

static bool leaks(const struct bench *b, const struct device *d) {
    const struct tn_emu_layout *l = d->board.layout;
    const struct tn_emu *e = &d->board.emu;

    return b->is_encrypted &&
            (has_one(&b->payloads, e->nor.bytes, l->external) ||
                    has_one(&b->keys, e->nor.bytes, l->external) ||
                    has_one(&b->keys, e->flash + l->boot_size, l->chip->flash_size - l->boot_size));
}

// After the first boot a set on test is reverted by the next one, and stays so.
static bool ends_well(struct bench *b, struct device *d, uint32_t seed) {
    bool went_back = b->is_revert;

    for (int boots = 0; boots < 3; boots++) {
        char is = boot(b, d, seed + (uint32_t)boots);
        if (leaks(b, d) || (is != 'N' && is != 'O') || (is == 'N' && (went_back || boots))) {
            return false;
        }
        went_back |= is == 'O';
    }
    return true;
}

static void tear(struct bench *b, struct device *to, const struct device *from,
        const struct tn_emu_op *op, bool torn) {
    tn_emu_copy_flash(&to->board.emu, &from->board.emu);
    if (torn) {
        tn_emu_tear(&to->board.emu, op, ++b->seed);
    }
}

// In the first boot after a cut.
static void on_second_op(struct tn_emu *e, const struct tn_emu_op *op) {
    struct bench *b = e->ctx;

    if (!b->second_op || --b->second_op) {
        return;
    }
    b->counts->second++;
    tear(b, &b->again, &b->trial, op, b->seed & 1);
    b->second_failed = leaks(b, &b->again) || !ends_well(b, &b->again, b->seed);
}

static void judge(struct bench *b, const struct tn_emu_op *op, bool torn) {
    tear(b, &b->trial, &b->live, op, torn);
    b->counts->cuts++;
    b->second_op = 1 + tn_emu_random(&b->seed) % b->ops;
    b->second_failed = false;
    bool well = !leaks(b, &b->trial) && ends_well(b, &b->trial, b->seed) && !b->second_failed;
    if (!well && b->counts->failures++ < SHOWN) {
        fprintf(stderr, "FAILED: %s: cut %s %s %s%#x, operation %u%s\n",
                b->is_revert ? "revert" : "upgrade", torn ? "within" : "before",
                op->is_erase ? "the erase of" : "the write at", op->is_external ? "external " : "",
                op->off, b->op, b->second_failed ? ": the second cut" : "");
    }
}

static void on_op(struct tn_emu *e, const struct tn_emu_op *op) {
    struct bench *b = e->ctx;

    if (b->op % WORKERS == b->worker && (op->is_erase || b->op / WORKERS % b->stride == 0)) {
        judge(b, op, false);
        judge(b, op, true);
    }
    b->op++;
}

// ---- Stories ---------------------------------------------------------------------------------

static void make_images(struct bench *b, const struct tn_key_pair *key,
        const struct tn_encrypt *device, const struct tn_emu_layout *l) {
    for (unsigned i = 0; i < IMAGES; i++) {
        for (unsigned k = 0; k < 2; k++) {
            uint8_t major = (uint8_t)(1 + 2 * i + k);
            if (!b->is_encrypted) {
                tn_emu_image_make(l, key, major, LEN, &b->image[i][k]);
                b->stored[i][k] = b->image[i][k];
                continue;
            }
            tn_emu_image_make_encrypted(
                    l, key, device, major, LEN, &b->stored[i][k], &b->image[i][k]);
            secrets_add_keys(&b->keys, device, &b->stored[i][k]);
            secrets_add_payload(&b->payloads, &b->stored[i][k], &b->image[i][k], l->header);
        }
    }
}

static void forward(struct bench *b, char goal) {
    b->op = 0;
    if (boot(b, &b->live, 1) != goal) {
        die("the wrong images run, without any cut");
    }
}

// Counts the operations of a boot, then cuts it everywhere.
static void tell_story(struct bench *b, bool is_revert) {
    char goal = is_revert ? 'O' : 'N';
    struct tn_emu *e = &b->live.board.emu;

    b->is_revert = is_revert;
    tn_emu_copy_flash(&b->again.board.emu, e);  // the start
    uint64_t before = e->erases + e->units;
    forward(b, goal);
    b->ops = (unsigned)(e->erases + e->units - before);
    tn_emu_copy_flash(e, &b->again.board.emu);
    e->on_op = on_op;
    forward(b, goal);
    e->on_op = NULL;
}

struct task {
    const struct tn_emu_layout *layout;
    const char *loader;
    const struct tn_key_pair *key;
    const struct tn_encrypt *device;
    uint32_t stride;
};

static void work(void *arg, unsigned worker, void *own) {
    static struct bench b;
    const struct task *t = arg;
    struct device *devices[] = {&b.live, &b.trial, &b.again};

    b = (struct bench){.worker = worker,
            .stride = t->stride,
            .seed = worker + 1,
            .is_encrypted = t->device,
            .counts = own};
    for (size_t i = 0; i < TN_LEN(devices); i++) {
        open_device(&b, devices[i], t->layout, t->loader);
    }
    if (tn_memo_open(&b.memo, &b.live.board.loader)) {
        exit(1);
    }
    b.trial.board.emu.on_op = on_second_op;
    make_images(&b, t->key, t->device, t->layout);
    for (unsigned i = 0; i < IMAGES; i++) {
        use(&b.live, i);
        tn_emu_board_place(&b.live.board, TN_RUNNING, &b.image[i][0]);
        tn_emu_board_place(&b.live.board, TN_CANDIDATE, &b.stored[i][1]);
        tn_emu_board_request(&b.live.board, TN_SWAP_TEST);
    }
    tell_story(&b, false);
    tell_story(&b, true);
}

static void load_key(const char *file, struct tn_key_pair *ret) {
    struct tn_fault fault = {0};

    if (tn_key_load(file, ret, &fault)) {
        die(fault.text);
    }
}

int main(int argc, char **argv) {
    struct tn_key_pair key, device_key;
    const struct tn_encrypt device = {.key = &device_key};
    struct counts *counts = shared_memory(WORKERS * sizeof(*counts));
    struct counts total = {0};

    if (argc < 4) {
        fprintf(stderr, "usage: pair_cuts BOARD LOADER.elf KEY.pem [STRIDE [DEVICE.pem]]\n");
        return 64;
    }
    struct task task = {.layout = tn_emu_layout_find(argv[1], NULL),
            .loader = argv[2],
            .key = &key,
            .device = argc > 5 ? &device : NULL,
            .stride = argc > 4 ? (uint32_t)atoi(argv[4]) : STRIDE};
    if (!task.layout || !task.layout->data_size || !task.stride) {
        die("no board with two images has this name");
    }
    load_key(argv[3], &key);
    if (task.device) {
        load_key(argv[5], &device_key);
    }
    run_workers(work, &task, counts, sizeof(*counts));
    for (unsigned i = 0; i < WORKERS; i++) {
        total.cuts += counts[i].cuts;
        total.second += counts[i].second;
        total.failures += counts[i].failures;
    }
    printf("%u cuts, %u second cuts, %u failures\n", total.cuts, total.second, total.failures);
    return total.failures || total.cuts < 100 || !total.second;
}

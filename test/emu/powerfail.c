// SPDX-License-Identifier: Apache-2.0
// Power lost within a board's real loader, on its emulated chip: an upgrade and a revert.
//
//     powerfail_board [--json] [--short] BOARD LOADER.elf KEY.pem [DEVICE.pem]
//
// DEVICE.pem: the images are encrypted for this key, which the loader has.
//
// The forward run stops before each erase and each write of a unit. A second chip is powered on
// with a copy of that flash, once as it is and once with the operation torn. It boots to the end,
// and once more. Each time the right image must run, both images must be whole, and no rule of the
// flash may be broken. The flash after an operation is the flash before the next one.
//
// The signature check runs once per signature (emu/core/memo.h); in some cuts (real) the library
// itself runs.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "emu/boards/board.h"
#include "emu/core/memo.h"
#include "workers.h"

enum {
    SMALL = 3,               // sectors of an image
    LESS = 100,              // bytes that this image is shorter
    SMALL_MOST = 12 * 1024,  // or bytes, where sectors are large
    LARGE = 102551,          // the size that the benches use too, if the slot has room for it
    CHANCES = 1000,          // random words that are cut in a story with a large image
    KEY_CELL = 136,          // of the loaders (prog/enc/board.c)
    RESETS = 3,              // allowed in one boot; none is expected
    SHOWN = 5,               // failures of a story that are printed
    SHORT_CUTS = 50,         // writes that the short form cuts in a story, besides all erases and
                             // a third of the writes to an external flash
    SHORT_REAL = 2,          // and it runs the library in this many times fewer cuts
};

struct story {
    const char *name;
    bool large;
    bool revert;
    bool exhaustive;  // cuts at every word; else at every driver call, and at CHANCES words
    unsigned real;    // in one of this many cuts the library checks the signature
};

static const struct story all_stories[] = {
        {"small, upgrade", false, false, true, 15},
        {"small, revert", false, true, true, 15},
        {"100 KiB, upgrade", true, false, false, 10},
        {"100 KiB, revert", true, true, false, 10},
};

// The results of one story; all workers add to them.
struct counts {
    unsigned ops, erases, cuts, real, failures;
};

struct options {
    bool json;
    bool is_short;
    const struct tn_emu_layout *board;
    const char *loader;
    const char *key;
    const char *device;  // NULL: images are not encrypted
};

// The state of a worker.
struct bench {
    const struct options *opts;
    const struct story *story;
    unsigned worker;
    struct tn_emu_board live;   // the forward run
    struct tn_emu_board trial;  // after a cut
    struct tn_memo memo;
    bool use_memo;
    struct tn_buf image[2];   // the old one, the new one, as they run
    struct tn_buf stored[2];  // as they lie in the spare slot
    uint8_t *chosen;          // for each operation: cut here, by random choice
    struct counts *counts;    // shared
    unsigned op, cut;
};

static void usage(void) {
    fprintf(stderr,
            "usage: powerfail_board [--json] [--short] BOARD LOADER.elf KEY.pem [DEVICE.pem]\n");
    exit(64);
}

_Noreturn static void die(const char *text) {
    fprintf(stderr, "powerfail: %s\n", text);
    exit(1);
}

// ---- After a cut -----------------------------------------------------------------------

static void look(struct tn_emu *e, uint32_t addr, uint32_t size) {
    struct bench *b = e->ctx;

    (void)size;
    if (b->use_memo) {
        tn_memo_look(&b->memo, e, addr);
    }
}

// Boots the trial once. False: this image does not run in the end.
static bool boots(struct bench *b, const struct tn_buf *image) {
    struct tn_emu *e = &b->trial.emu;

    return tn_memo_boot(&b->memo, e, b->cut + 1, RESETS) == TN_EMU_LEFT && e->faults == 0 &&
            e->violations == 0 && tn_emu_board_runs(&b->trial, image);
}

// Checks the same as test/power. If the test is already over, the next boot reverts, one boot
// early.
static bool ends_well(struct bench *b) {
    const struct tn_buf *before = &b->image[0];
    const struct tn_buf *after = &b->image[1];

    if (!b->story->revert && tn_emu_board_pending(&b->trial) != TN_SWAP_REVERT) {
        if (!boots(b, after) || !tn_emu_board_holds(&b->trial, TN_PREVIOUS, &b->stored[0]) ||
                tn_emu_board_pending(&b->trial) != TN_SWAP_REVERT) {
            return false;
        }
    } else if (!b->story->revert && !tn_emu_board_holds(&b->trial, TN_RUNNING, after)) {
        return false;
    }
    return boots(b, before) && tn_emu_board_holds(&b->trial, TN_CANDIDATE, &b->stored[1]) &&
            tn_emu_board_pending(&b->trial) == TN_SWAP_NONE && boots(b, before);
}

static void judge(struct bench *b, const struct tn_emu_op *op, bool torn) {
    unsigned every = b->story->real * (b->opts->is_short ? SHORT_REAL : 1);
    bool real = b->cut++ % every == 0;

    b->use_memo = !real;
    b->counts->cuts++;
    b->counts->real += real;
    tn_emu_copy_flash(&b->trial.emu, &b->live.emu);
    if (torn) {
        tn_emu_tear(&b->trial.emu, op, b->cut);
    }
    if (ends_well(b)) {
        return;
    }
    if (b->counts->failures++ < SHOWN) {
        fprintf(stderr, "powerfail: %s: cut %s %s %#x, operation %u: a boot ended at %#x (%d)\n",
                b->story->name, torn ? "within" : "before",
                op->is_erase ? "the erase of" : "the write at", op->off, b->op, b->trial.emu.pc,
                b->trial.emu.end);
    }
}

// ---- The forward run -------------------------------------------------------------------

static bool is_chosen(const struct bench *b, const struct tn_emu_op *op) {
    if (b->opts->is_short) {
        return op->is_erase || (op->is_external && b->op % 3 == 0) ||
                b->op % (b->counts->ops / SHORT_CUTS + 1) == 0;
    }
    if (b->story->exhaustive) {
        return true;
    }
    return op->begins_call || b->chosen[b->op];
}

static void on_op(struct tn_emu *e, const struct tn_emu_op *op) {
    struct bench *b = e->ctx;

    if (is_chosen(b, op) && b->op % WORKERS == b->worker) {
        judge(b, op, false);
        judge(b, op, true);
    }
    b->op++;
}

static void forward(struct bench *b) {
    const struct tn_buf *goal = &b->image[!b->story->revert];
    struct tn_emu *e = &b->live.emu;

    b->op = 0;
    b->use_memo = false;
    if (tn_memo_boot(&b->memo, e, 1, RESETS) != TN_EMU_LEFT || !tn_emu_board_runs(&b->live, goal)) {
        die("the wrong image runs, without any cut");
    }
}

// Selects CHANCES operations of n.
static void choose(struct bench *b, unsigned n) {
    uint32_t seed = 2026;

    b->chosen = calloc(n, 1);
    if (!b->chosen || n < 2 * CHANCES) {
        die("no words to choose from");
    }
    for (unsigned left = CHANCES; left;) {
        uint8_t *at = &b->chosen[tn_emu_random(&seed) % n];
        left -= !*at;
        *at = 1;
    }
}

static uint32_t length(const struct bench *b) {
    uint32_t most = tn_slots_max_image(&b->live.slots);
    uint32_t begin, sector;

    tn_emu_sector_at(b->opts->board->chip, b->opts->board->primary, &begin, &sector);
    if (!b->story->large) {
        return (SMALL * sector < SMALL_MOST ? SMALL * sector : SMALL_MOST) - LESS;
    }
    return LARGE < most ? LARGE : most;
}

// Encrypted images have a longer trailer, which decides how large they may be.
static void make_images(struct bench *b, const struct tn_key_pair *key) {
    const struct tn_emu_layout *board = b->opts->board;
    struct tn_key_pair device = {0};
    const struct tn_encrypt encrypt = {.key = &device};
    struct tn_fault fault = {0};

    if (b->opts->device && tn_key_load(b->opts->device, &device, &fault)) {
        die(fault.text);
    }
    for (uint8_t i = 0; i < 2; i++) {
        uint8_t major = (uint8_t)(1 + i);
        if (b->opts->device) {
            b->live.slots.key_cell = b->trial.slots.key_cell = KEY_CELL;
            b->live.slots.encrypted = b->trial.slots.encrypted = TN_IMAGE_ENCRYPTED;
            tn_emu_image_make_encrypted(
                    board, key, &encrypt, major, length(b), &b->image[i], &b->stored[i]);
        } else {
            tn_emu_image_make(board, key, major, length(b), &b->image[i]);
            b->stored[i] = b->image[i];
        }
    }
    tn_key_free(&device);
}

static void begin(struct bench *b, const struct tn_key_pair *key) {
    struct tn_emu_board *boards[] = {&b->live, &b->trial};

    for (size_t i = 0; i < TN_LEN(boards); i++) {
        if (tn_emu_board_open(boards[i], b->opts->board, tn_emu_layout_slots(b->opts->board),
                    b->opts->loader)) {
            exit(1);
        }
        boards[i]->emu.ctx = b;
        boards[i]->emu.on_insn = look;
    }
    if (tn_memo_open(&b->memo, &b->live.loader)) {
        exit(1);
    }
    make_images(b, key);
    tn_emu_board_place(&b->live, TN_RUNNING, &b->image[0]);
    tn_emu_board_place(&b->live, TN_CANDIDATE, &b->stored[1]);
    tn_emu_board_request(&b->live, TN_SWAP_TEST);
}

// Runs a whole story, or a worker's part of it.
static void run(struct bench *b, const struct tn_key_pair *key) {
    begin(b, key);
    if (b->story->revert) {
        struct story upgrade = *b->story;
        const struct story *story = b->story;
        upgrade.revert = false;
        b->story = &upgrade;
        forward(b);
        b->story = story;
    }
    tn_emu_copy_flash(&b->trial.emu, &b->live.emu);  // the start, to restore
    forward(b);
    b->counts->ops = (unsigned)(b->live.emu.erases + b->live.emu.units);
    b->counts->erases = (unsigned)b->live.emu.erases;
    if (!b->story->exhaustive) {
        choose(b, b->counts->ops);
    }
    tn_emu_copy_flash(&b->live.emu, &b->trial.emu);
    b->live.emu.on_op = on_op;
    forward(b);
    if (b->worker == 0) {  // the flash after the last operation
        judge(b, &(const struct tn_emu_op){0}, false);
    }
}

// A worker's part of a story.
struct task {
    const struct options *opts;
    const struct story *story;
    const struct tn_key_pair *key;
};

static void work(void *arg, unsigned worker, void *own) {
    const struct task *t = arg;
    struct bench b = {.opts = t->opts, .story = t->story, .worker = worker, .counts = own};

    run(&b, t->key);
}

// ---- Results ---------------------------------------------------------------------------

static struct counts sum(const struct counts *workers) {
    struct counts s = workers[0];

    for (unsigned i = 1; i < WORKERS; i++) {
        s.cuts += workers[i].cuts;
        s.real += workers[i].real;
        s.failures += workers[i].failures;
    }
    return s;
}

static void print_json(const struct options *o, const char *name, unsigned value) {
    printf("{\"name\": \"powerfail.%s.%s\", \"value\": %u, \"unit\": \"1\", \"peer\": null, "
           "\"peer_value\": null}\n",
            o->board->name, name, value);
}

static const struct tn_emu_layout *find_board(const char *name) {
    static struct tn_emu_layout own;
    const struct tn_emu_layout *l = tn_emu_layout_find(name, &own);

    if (!l) {
        die("no emulated board has this name");
    }
    return l;
}

static struct options parse(int argc, char **argv) {
    struct options o = {0};
    int i = 1;

    for (; i < argc && argv[i][0] == '-'; i++) {
        if (!strcmp(argv[i], "--json")) {
            o.json = true;
        } else if (!strcmp(argv[i], "--short")) {
            o.is_short = true;
        } else {
            usage();
        }
    }
    if (argc != i + 3 && argc != i + 4) {
        usage();
    }
    o.board = find_board(argv[i]);
    o.loader = argv[i + 1];
    o.key = argv[i + 2];
    o.device = argv[i + 3];
    return o;
}

int main(int argc, char **argv) {
    struct options o = parse(argc, argv);
    struct tn_key_pair key;
    struct tn_fault fault = {0};
    struct counts total = {0};
    size_t nstories = o.is_short ? 2 : TN_LEN(all_stories);
    struct counts *counts = shared_memory(WORKERS * sizeof(*counts));

    if (tn_key_load(o.key, &key, &fault)) {
        die(fault.text);
    }
    if (!o.json) {
        printf("%-20s%10s%10s%10s%12s%10s\n", "", "erases", "writes", "cuts", "real P-256",
                "failures");
    }
    for (size_t i = 0; i < nstories; i++) {
        memset(counts, 0, WORKERS * sizeof(*counts));
        struct task task = {&o, &all_stories[i], &key};
        run_workers(work, &task, counts, sizeof(*counts));
        struct counts s = sum(counts);
        if (!o.json) {
            printf("%-20s%10u%10u%10u%12u%10u\n", all_stories[i].name, s.erases, s.ops - s.erases,
                    s.cuts, s.real, s.failures);
        }
        total.cuts += s.cuts;
        total.failures += s.failures;
    }
    if (o.json) {
        print_json(&o, "cuts", total.cuts);
        print_json(&o, "failures", total.failures);
    }
    tn_key_free(&key);
    return total.failures != 0 || total.cuts == 0;
}

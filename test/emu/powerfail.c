// SPDX-License-Identifier: Apache-2.0
// Power lost within the micro:bit's real loader, on an emulated chip: an upgrade and a revert.
//
//     powerfail_board [--json] [--short] LOADER.elf KEY.pem
//
// The forward run stops before each erase and each word write. A second chip is powered on with a
// copy of that flash, once as it is and once with the operation torn. It boots to the end, and once
// more. Each time the right image must run, both images must be whole, and no rule of the flash may
// be broken. The flash after an operation is the flash before the next one.
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
    SMALL = 3 * 1024 - 100,  // an image of three sectors
    LARGE = 102551,          // the size that the benches use too
    CHANCES = 1000,          // random words that are cut in a story with a large image
    RESETS = 3,              // allowed in one boot; none is expected
    SHOWN = 5,               // failures of a story that are printed
    SHORT_SHARE = 5,         // the short form cuts at every fifth word
    SHORT_REAL = 8,          // and runs the library in this many times fewer cuts
};

struct story {
    const char *name;
    uint32_t len;
    bool revert;
    bool exhaustive;  // cuts at every word; else at every driver call, and at CHANCES words
    unsigned real;    // in one of this many cuts the library checks the signature
};

static const struct story all_stories[] = {
        {"3 sectors, upgrade", SMALL, false, true, 15},
        {"3 sectors, revert", SMALL, true, true, 15},
        {"100 KiB, upgrade", LARGE, false, false, 10},
        {"100 KiB, revert", LARGE, true, false, 10},
};

// The results of one story; all workers add to them.
struct counts {
    unsigned ops, erases, cuts, real, failures;
};

struct options {
    bool json;
    bool is_short;
    const char *loader;
    const char *key;
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
    struct tn_buf image[2];  // the old one, the new one
    uint8_t *chosen;         // for each operation: cut here, by random choice
    struct counts *counts;   // shared
    unsigned op, cut;
};

static void usage(void) {
    fprintf(stderr, "usage: powerfail_board [--json] [--short] LOADER.elf KEY.pem\n");
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
        if (!boots(b, after) || !tn_emu_board_holds(&b->trial, TN_PREVIOUS, before) ||
                tn_emu_board_pending(&b->trial) != TN_SWAP_REVERT) {
            return false;
        }
    } else if (!b->story->revert && !tn_emu_board_holds(&b->trial, TN_RUNNING, after)) {
        return false;
    }
    return boots(b, before) && tn_emu_board_holds(&b->trial, TN_CANDIDATE, after) &&
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
                b->story->name, torn ? "within" : "before", op->is_erase ? "the erase of" : "word",
                op->off, b->op, b->trial.emu.pc, b->trial.emu.end);
    }
}

// ---- The forward run -------------------------------------------------------------------

static bool is_chosen(const struct bench *b, const struct tn_emu_op *op) {
    if (b->story->exhaustive) {
        return op->is_erase || op->begins_call || !b->opts->is_short || b->op % SHORT_SHARE == 0;
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

static void begin(struct bench *b, const struct tn_key_pair *key) {
    struct tn_emu_board *boards[] = {&b->live, &b->trial};

    for (size_t i = 0; i < TN_LEN(boards); i++) {
        if (tn_emu_board_open(
                    boards[i], &tn_emu_microbit, &tn_layout_swap_offset, b->opts->loader)) {
            exit(1);
        }
        boards[i]->emu.ctx = b;
        boards[i]->emu.on_insn = look;
    }
    if (tn_memo_open(&b->memo, &b->live.loader)) {
        exit(1);
    }
    for (uint8_t i = 0; i < 2; i++) {
        tn_emu_image_make(&tn_emu_microbit, key, (uint8_t)(1 + i), b->story->len, &b->image[i]);
    }
    tn_emu_board_place(&b->live, TN_RUNNING, &b->image[0]);
    tn_emu_board_place(&b->live, TN_CANDIDATE, &b->image[1]);
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

static void print_json(const char *name, unsigned value) {
    printf("{\"name\": \"%s\", \"value\": %u, \"unit\": \"1\", \"peer\": null, \"peer_value\": "
           "null}\n",
            name, value);
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
    if (argc != i + 2) {
        usage();
    }
    o.loader = argv[i];
    o.key = argv[i + 1];
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
        printf("%-20s%10s%10s%10s%12s%10s\n", "", "erases", "words", "cuts", "real P-256",
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
        print_json("powerfail.cuts", total.cuts);
        print_json("powerfail.failures", total.failures);
    }
    tn_key_free(&key);
    return total.failures != 0 || total.cuts == 0;
}

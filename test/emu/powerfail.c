// SPDX-License-Identifier: Apache-2.0
// Power lost within a board's real loader, on its emulated chip: an upgrade and a revert.
//
//     powerfail_board [--json] [--short] [--encrypted DEVICE.pem] BOARD LOADER.elf KEY.pem
//
// The forward run stops before each erase and each write of a unit. A second chip is powered on
// with a copy of that flash, once as it is and once with the operation torn. It boots to the end,
// and once more. Each time the right image must run, both images must be whole, and no rule of the
// flash may be broken. The flash after an operation is the flash before the next one.
//
// The signature check runs once per signature (emu/core/memo.h); in some cuts (real) the library
// itself runs.
//
// --encrypted: both images are encrypted for this device, whose loader has its private key. Then,
// at every cut and after every boot, spare flash must hold no clear byte of them, flash behind the
// loader no part of a key (secrets.h), and when the application starts, neither must RAM: all that
// the loader has written to it, but for what is retained, is cleared.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/compiler.h"
#include "base/err.h"
#include "emu/boards/board.h"
#include "emu/core/memo.h"
#include "secrets.h"
#include "workers.h"

enum {
    SMALL = 3,                     // sectors of an image
    LESS = 100,                    // bytes that this image is shorter
    SMALL_MOST = 12 * 1024,        // or bytes, where sectors are large
    LARGE = 102551,                // the size that the benches use too, if the slot has room for it
    LARGE_ENCRYPTED = LARGE - 11,  // whose payload is whole blocks of AES
    CHANCES = 1000,                // random words that are cut in a story with a large image
    RESETS = 3,                    // allowed in one boot; none is expected
    SHOWN = 5,                     // failures of a story that are printed
    SHORT_CUTS = 50,     // writes that the short form cuts in a story, besides all erases; half
                         // of them with encrypted images
    SHORT_REAL = 2,      // and it runs the library in this many times fewer cuts
    ENCRYPTED_REAL = 2,  // so it does with encrypted images, whose boots take longer: six
    ENCRYPTED_LARGE_REAL = 20,  // times, and twenty times for large images
    KEY_CELL = 136,             // in the trailers of a loader with encrypted images (prog/enc)
    RETAINED = 0x100,           // bytes at the beginning or the end of RAM (port/cortexm/ram.ld)
};

struct story {
    const char *name;
    bool large;
    bool revert;
    bool confirm;     // the new image is confirmed, and so it stays
    bool exhaustive;  // cuts at every word; else at every driver call, and at CHANCES words
    unsigned real;    // in one of this many cuts the library checks the signature
};

// The short form runs the first two; with encrypted images the first three.
static const struct story stories[] = {
        {"small, upgrade", .exhaustive = true, .real = 15},
        {"small, revert", .revert = true, .exhaustive = true, .real = 15},
        {"small, confirmed", .confirm = true, .exhaustive = true, .real = 15},
        {"100 KiB, upgrade", .large = true, .real = 10},
        {"100 KiB, revert", .large = true, .revert = true, .real = 10},
};

// The results of one story; all workers add to them.
struct counts {
    unsigned ops, erases, cuts, real, failures;
    uint64_t insns;  // of the boot without a cut
};

struct options {
    bool json;
    bool is_short;
    const struct tn_emu_layout *board;
    const char *loader;
    const char *key;
    const char *device;  // NULL: the images are not encrypted
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
    struct tn_buf stored[2];  // and as they are stored in the spare slot
    struct secrets keys, payloads;
    uint8_t *fresh_ram;     // the content of the trial's RAM at power-on
    const char *leak;       // where a secret was found; NULL: nowhere
    uint8_t *chosen;        // for each operation: cut here, by random choice
    struct counts *counts;  // shared
    unsigned op, cut;
};

static void usage(void) {
    fprintf(stderr,
            "usage: powerfail_board [--json] [--short] [--encrypted DEVICE.pem] BOARD "
            "LOADER.elf KEY.pem\n");
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

// Secrets in flash: clear bytes behind the primary slot, keys anywhere behind the loader.
static void search_flash(struct bench *b, const char *when) {
    const struct tn_emu_layout *l = b->opts->board;
    const uint8_t *flash = b->trial.emu.flash;
    uint32_t end = l->chip->flash_size;
    uint32_t code_end = l->chip->boot_off + l->boot_size;

    if (secrets_find(&b->payloads, flash + l->secondary, end - l->secondary) !=
                    end - l->secondary ||
            secrets_find(&b->keys, flash + code_end, end - code_end) != end - code_end) {
        b->leak = when;
    }
}

// The loader's stack ends where the retained words begin, if these are at the end of RAM.
static bool is_retained(const struct bench *b, uint32_t at) {
    const struct tn_emu_chip *chip = b->opts->board->chip;
    uint32_t stack_top = tn_get_le32(b->trial.loader.image) - chip->ram_base;

    return stack_top == chip->ram_size ? at < RETAINED : at >= stack_top;
}

// Secrets in RAM. Besides, there must be nothing but what was there at power-on, and zeros.
static void search_ram(struct bench *b) {
    const struct tn_emu *e = &b->trial.emu;

    if (secrets_find(&b->keys, e->ram, e->chip->ram_size) != e->chip->ram_size) {
        b->leak = "part of a key in RAM";
        return;
    }
    for (uint32_t i = 0; i < e->chip->ram_size; i++) {
        if (e->ram[i] && e->ram[i] != b->fresh_ram[i] && !is_retained(b, i)) {
            b->leak = "RAM that is not cleared";
        }
    }
}

// Boots the trial once. False: this image does not run in the end.
static bool boots(struct bench *b, const struct tn_buf *image) {
    struct tn_emu *e = &b->trial.emu;

    if (b->opts->device) {
        tn_emu_power_on(e, b->cut + 1);  // as tn_memo_boot will
        memcpy(b->fresh_ram, e->ram, e->chip->ram_size);
    }
    if (tn_memo_boot(&b->memo, e, b->cut + 1, RESETS) != TN_EMU_LEFT || e->faults ||
            e->violations || !tn_emu_board_runs(&b->trial, image)) {
        return false;
    }
    if (b->opts->device) {
        search_flash(b, "a secret in flash, after a boot");
        search_ram(b);
    }
    return !b->leak;
}

static bool confirms(struct bench *b) {
    int rc;

    while ((rc = tn_boot_confirm(&b->trial.slots)) == TN_MORE) {
    }
    return !rc && tn_emu_board_pending(&b->trial) == TN_SWAP_NONE;
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
    if (b->story->confirm) {
        return confirms(b) && boots(b, after) &&
                tn_emu_board_holds(&b->trial, TN_PREVIOUS, &b->stored[0]);
    }
    return boots(b, before) && tn_emu_board_holds(&b->trial, TN_CANDIDATE, &b->stored[1]) &&
            tn_emu_board_pending(&b->trial) == TN_SWAP_NONE && boots(b, before);
}

static void judge(struct bench *b, const struct tn_emu_op *op, bool torn) {
    unsigned every = b->story->real * (b->opts->is_short ? SHORT_REAL : 1);
    if (b->opts->device) {
        every *= b->story->large ? ENCRYPTED_LARGE_REAL : ENCRYPTED_REAL;
    }
    bool real = b->cut++ % every == 0;

    b->use_memo = !real;
    b->counts->cuts++;
    b->counts->real += real;
    tn_emu_copy_flash(&b->trial.emu, &b->live.emu);
    if (torn) {
        tn_emu_tear(&b->trial.emu, op, b->cut);
    }
    b->leak = NULL;
    if (b->opts->device) {
        search_flash(b, "a secret in flash, at the cut");
    }
    if (!b->leak && ends_well(b)) {
        return;
    }
    if (b->counts->failures++ < SHOWN) {
        fprintf(stderr,
                "powerfail: %s: cut %s %s %#x, operation %u: a boot ended at %#x (%d)%s%s\n",
                b->story->name, torn ? "within" : "before",
                op->is_erase ? "the erase of" : "the write at", op->off, b->op, b->trial.emu.pc,
                b->trial.emu.end, b->leak ? ": " : "", b->leak ? b->leak : "");
    }
}

// ---- The forward run -------------------------------------------------------------------

static bool is_chosen(const struct bench *b, const struct tn_emu_op *op) {
    if (b->opts->is_short) {
        unsigned cuts = b->opts->device ? SHORT_CUTS / 2 : SHORT_CUTS;
        return op->is_erase || (op->is_external && b->op % 3 == 0) ||
                b->op % (b->counts->ops / cuts + 1) == 0;
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

// with_memo: stored results do; else the libraries run.
static void forward(struct bench *b, bool with_memo) {
    const struct tn_buf *goal = &b->image[!b->story->revert];
    struct tn_emu *e = &b->live.emu;

    b->op = 0;
    b->use_memo = with_memo;
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
    return b->opts->device ? LARGE_ENCRYPTED : LARGE < most ? LARGE : most;
}

static void make_images(
        struct bench *b, const struct tn_key_pair *key, const struct tn_encrypt *device) {
    const struct tn_emu_layout *board = b->opts->board;

    for (uint8_t i = 0; i < 2; i++) {
        uint8_t major = (uint8_t)(1 + i);
        if (!b->opts->device) {
            tn_emu_image_make(board, key, major, length(b), &b->image[i]);
            b->stored[i] = b->image[i];
            continue;
        }
        tn_emu_image_make_encrypted(
                board, key, device, major, length(b), &b->stored[i], &b->image[i]);
        secrets_add_keys(&b->keys, device, &b->stored[i]);
        secrets_add_payload(&b->payloads, &b->stored[i], &b->image[i], board->header);
    }
}

static void begin(struct bench *b, const struct tn_key_pair *key, const struct tn_encrypt *device) {
    struct tn_emu_board *boards[] = {&b->live, &b->trial};

    for (size_t i = 0; i < TN_LEN(boards); i++) {
        if (tn_emu_board_open(boards[i], b->opts->board, tn_emu_layout_slots(b->opts->board),
                    b->opts->loader)) {
            exit(1);
        }
        boards[i]->emu.ctx = b;
        boards[i]->emu.on_insn = look;
        if (b->opts->device) {
            boards[i]->slots.encrypted = TN_IMAGE_ENCRYPTED;
            boards[i]->slots.key_cell = KEY_CELL;
        }
    }
    if (tn_memo_open(&b->memo, &b->live.loader)) {
        exit(1);
    }
    b->fresh_ram = malloc(b->opts->board->chip->ram_size);
    if (!b->fresh_ram) {
        die("out of memory");
    }
    make_images(b, key, device);
    tn_emu_board_place(&b->live, TN_RUNNING, &b->image[0]);
    tn_emu_board_place(&b->live, TN_CANDIDATE, &b->stored[1]);
    tn_emu_board_request(&b->live, TN_SWAP_TEST);
}

// Runs a whole story, or a worker's part of it.
static void run(struct bench *b, const struct tn_key_pair *key, const struct tn_encrypt *device) {
    begin(b, key, device);
    if (b->story->revert) {
        struct story upgrade = *b->story;
        const struct story *story = b->story;
        upgrade.revert = false;
        b->story = &upgrade;
        forward(b, true);
        b->story = story;
    }
    tn_emu_copy_flash(&b->trial.emu, &b->live.emu);  // the start, to restore
    forward(b, b->worker != 0);
    b->counts->insns = b->live.emu.insns;
    b->counts->ops = (unsigned)(b->live.emu.erases + b->live.emu.units);
    b->counts->erases = (unsigned)b->live.emu.erases;
    if (!b->story->exhaustive) {
        choose(b, b->counts->ops);
    }
    tn_emu_copy_flash(&b->live.emu, &b->trial.emu);
    b->live.emu.on_op = on_op;
    forward(b, true);
    if (b->worker == 0) {  // the flash after the last operation
        judge(b, &(const struct tn_emu_op){0}, false);
    }
}

// A worker's part of a story.
struct task {
    const struct options *opts;
    const struct story *story;
    const struct tn_key_pair *key;
    const struct tn_encrypt *device;
};

static void work(void *arg, unsigned worker, void *own) {
    const struct task *t = arg;
    struct bench b = {.opts = t->opts, .story = t->story, .worker = worker, .counts = own};

    run(&b, t->key, t->device);
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
    printf("{\"name\": \"powerfail.%s.%s%s\", \"value\": %u, \"unit\": \"1\", \"peer\": null, "
           "\"peer_value\": null}\n",
            o->board->name, o->device ? "encrypted." : "", name, value);
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
        } else if (!strcmp(argv[i], "--encrypted") && i + 1 < argc) {
            o.device = argv[++i];
        } else {
            usage();
        }
    }
    if (argc != i + 3) {
        usage();
    }
    o.board = find_board(argv[i]);
    o.loader = argv[i + 1];
    o.key = argv[i + 2];
    return o;
}

static void print_counts(const char *name, const struct counts *s) {
    printf("%-20s%14llu%10u%10u%10u%12u%10u\n", name, (unsigned long long)s->insns, s->erases,
            s->ops - s->erases, s->cuts, s->real, s->failures);
}

static void load_key(const char *file, struct tn_key_pair *ret) {
    struct tn_fault fault = {0};

    if (tn_key_load(file, ret, &fault)) {
        die(fault.text);
    }
}

int main(int argc, char **argv) {
    struct options o = parse(argc, argv);
    struct tn_key_pair key, device_key = {0};
    struct tn_encrypt device = {.key = &device_key};
    struct counts total = {0};
    size_t nstories = !o.is_short ? TN_LEN(stories) : o.device ? 3 : 2;
    struct counts *counts = shared_memory(WORKERS * sizeof(*counts));

    load_key(o.key, &key);
    if (o.device) {
        load_key(o.device, &device_key);
    }
    if (!o.json) {
        printf("%-20s%14s%10s%10s%10s%12s%10s\n", "", "instructions", "erases", "writes", "cuts",
                "real P-256", "failures");
    }
    for (size_t i = 0; i < nstories; i++) {
        memset(counts, 0, WORKERS * sizeof(*counts));
        struct task task = {&o, &stories[i], &key, &device};
        run_workers(work, &task, counts, sizeof(*counts));
        struct counts s = sum(counts);
        if (!o.json) {
            print_counts(stories[i].name, &s);
        }
        total.cuts += s.cuts;
        total.failures += s.failures;
    }
    if (o.json) {
        print_json(&o, "cuts", total.cuts);
        print_json(&o, "failures", total.failures);
    }
    tn_key_free(&key);
    tn_key_free(&device_key);
    return total.failures != 0 || total.cuts == 0;
}

// SPDX-License-Identifier: Apache-2.0
// Skips one instruction, as a glitch of power or clock does. Can a bad image then run?
//
//     skips [--json] [--short] [--marked | --encrypted DEVICE.pem] LOADER.elf KEY.pem
//
// The micro:bit's real loader on an emulated chip has images of 1 KiB that it must refuse. The
// forward run executes all instructions. Before each of them a second chip copies the state, skips
// this one instruction, and runs on to the end, through resets. In our own code this is done for
// every execution of every instruction, in libraries for the first and the last execution of each.
// A skip counts as a success of the attack if any instruction of the bad image is fetched.
//
// --encrypted: the loader is boot-enc.elf of the RAK4631, which has this private key; the images
// are encrypted. Only upgrades are tried: what runs is in the clear form.
//
// --marked: the loader is boot-mark.elf of the micro:bit. It has marked the good image, before the
// bad one takes its place or is requested.
//
// The short form is a sample: in our own code the first execution of each instruction and every
// STEP_OWN-th one, fewer where a whole signature check must run again.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "emu/boards/board.h"
#include "emu/core/lines.h"
#include "emu/core/memo.h"
#include "host/files/inspect.h"
#include "workers.h"

enum {
    LEN = 1024,            // bytes of an image
    LEN_ENCRYPTED = 1020,  // whose payload is whole blocks of AES
    KEY_CELL = 136,        // in the trailers of a loader with encrypted images (prog/enc)
    CODE_MAX = 0x10000,
    RESETS = 3,                  // that a trial may make, for example after a fault
    LIMIT = 1500000,             // instructions of a run: six times the need
    LIMIT_ENCRYPTED = 12000000,  // the same with two keys to unwrap
    LIMIT_CHECK = 40000000,      // the same with a signature check: almost three times the need
    STEP_OWN = 100,              // short form: one of this many executions of our own code
    STEP_CHECK = 1000,           // the same within a signature check
    STEP_LIBRARY = 150,
    GAP = 4,  // bytes between functions, for the alignment
};

static const struct scenario {
    const char *name;
    bool bad_hash;  // else the signature is bad
    bool pending;   // requested by an upgrade, beside a good image; else alone in slot 0
} scenarios[] = {
        {"payload altered, in slot 0", true, false},
        {"payload altered, pending", true, true},
        {"wrong signature, in slot 0", false, false},
        {"wrong signature, pending", false, true},
};

// The results of one scenario and one worker.
struct result {
    unsigned tried, booted_bad, library_tried, library_booted_bad;
    unsigned executed;              // instructions of the forward run
    uint32_t bad_at[CODE_MAX / 2];  // per instruction: skips that booted a bad image
};

struct options {
    bool json, is_short, is_marked;
    const char *loader, *key;
    const char *device;  // NULL: the images are not encrypted
    const struct tn_emu_layout *board;
    uint32_t len;  // bytes of an image
    struct tn_key_pair pair, device_pair;
};

struct bench {
    const struct options *opts;
    const struct scenario *scenario;
    unsigned worker;
    struct tn_emu_board live;
    struct tn_emu_board trial;  // the signature check's code is unwatched
    struct tn_emu_board exact;  // all code is watched: for what trial cannot decide
    struct tn_memo memo;
    struct tn_buf good, bad;  // as they run
    struct tn_buf stored;     // the bad one as the spare slot has it
    struct result *result;
    uint64_t step;  // number of the instruction in the forward run
    uint64_t first[CODE_MAX / 2],
            last[CODE_MAX / 2];  // steps of its executions, from 1 on; 0: none
    uint8_t is_library[CODE_MAX / 2];
    const struct tn_elf_function *check;  // the function that checks a signature
    uint32_t check_back;                  // return address of the check in progress; 0: none
};

_Noreturn static void die(const char *text) {
    fprintf(stderr, "skips: %s\n", text);
    exit(1);
}

// ---- The images ------------------------------------------------------------------------

// The last byte of an image's signature; it belongs to the big-endian number s.
static size_t end_of_signature(const struct tn_buf *image) {
    struct tn_fault fault = {0};
    struct tn_inspect in;

    if (tn_inspect(image->p, image->len, NULL, 0, "image", &in, &fault)) {
        die(fault.text);
    }
    for (size_t i = 0; i < in.ntlvs; i++) {
        if (in.tlvs[i].type == TN_TLV_ECDSA_SIG) {
            return in.tlvs[i].off + in.tlvs[i].len - 1;
        }
    }
    die("no signature");
}

// All workers divide the steps of one run, so they use the same images.
static void make_images(struct bench *b) {
    const struct options *o = b->opts;
    const struct tn_encrypt device = {.key = &o->device_pair};
    struct tn_buf good_stored;

    if (o->device) {
        tn_emu_image_make_encrypted(o->board, &o->pair, &device, 1, o->len, &good_stored, &b->good);
        tn_emu_image_make_encrypted(o->board, &o->pair, &device, 2, o->len, &b->stored, &b->bad);
        tn_buf_free(&good_stored);
    } else {
        tn_emu_image_make(o->board, &o->pair, 1, o->len, &b->good);
        tn_emu_image_make(o->board, &o->pair, 2, o->len, &b->bad);
        b->stored = b->bad;
    }
    size_t at = b->scenario->bad_hash ? o->board->header + 100 : end_of_signature(&b->bad);
    b->bad.p[at] ^= 0x10;
    if (o->device) {
        b->stored.p[at] ^= 0x10;
    }
}

// Looks up the places of all functions in the sources. The caller frees the result.
static struct tn_line *lines_of(const struct bench *b, const struct tn_elf *elf) {
    struct tn_line *lines = calloc(elf->nfunctions, sizeof(*lines));

    if (!lines) {
        die("out of memory");
    }
    for (size_t i = 0; i < elf->nfunctions; i++) {
        lines[i].addr = elf->functions[i].addr;
    }
    if (tn_lines_find(b->opts->loader, lines, elf->nfunctions)) {
        exit(1);
    }
    return lines;
}

// The functions that a signature check calls run without a hook on each instruction.
static void unwatch_check(struct bench *b) {
    const char *is_of_check = b->opts->device ? "p256-cortex-m4/" : "micro-ecc/";
    const struct tn_elf *elf = &b->live.loader;
    struct tn_line *lines = lines_of(b, elf);
    uint32_t begin = 0, end = 0;

    for (size_t i = 0; i <= elf->nfunctions; i++) {
        const struct tn_elf_function *f = &elf->functions[i];
        bool unwatched = i < elf->nfunctions && f != b->check && strstr(lines[i].text, is_of_check);
        if (end && (!unwatched || f->addr > end + GAP)) {
            if (tn_emu_unwatch(&b->trial.emu, begin, end)) {
                die("the signature check lies in too many places");
            }
            end = 0;
        }
        if (unwatched) {
            begin = end ? begin : f->addr;
            end = f->addr + f->size;
        }
    }
    free(lines);
}

static void set_up(struct bench *b) {
    struct tn_emu_board *boards[] = {&b->live, &b->trial, &b->exact};

    for (size_t i = 0; i < TN_LEN(boards); i++) {
        if (tn_emu_board_open(boards[i], b->opts->board, &tn_layout_swap_offset, b->opts->loader)) {
            exit(1);
        }
        boards[i]->emu.ctx = b;
        if (b->opts->device) {
            boards[i]->slots.encrypted = TN_IMAGE_ENCRYPTED;
            boards[i]->slots.key_cell = KEY_CELL;
        }
    }
    if (b->opts->is_marked) {
        tn_emu_board_place(&b->live, TN_RUNNING, &b->good);
        if (tn_emu_boot(&b->live.emu, 1, 0) != TN_EMU_LEFT || !b->live.emu.units) {
            die("the good image gets no mark");
        }
    }
    if (b->scenario->pending) {
        tn_emu_board_place(&b->live, TN_RUNNING, &b->good);
        tn_emu_board_place(&b->live, TN_CANDIDATE, &b->stored);
        tn_emu_board_request(&b->live, TN_SWAP_TEST);
    } else {
        tn_emu_board_place(&b->live, TN_RUNNING, &b->bad);
    }
    if (tn_memo_open(&b->memo, &b->live.loader)) {
        exit(1);
    }
    b->check =
            tn_elf_find(&b->live.loader, b->opts->device ? "verify_cortex_m4" : "verify_built_in");
    unwatch_check(b);
}

// ---- A trial ---------------------------------------------------------------------------

static bool is_within(
        const struct bench *b, const struct tn_emu *e, const struct tn_buf *image, uint32_t addr) {
    const uint8_t *flash = e->flash;

    // A copy may be anywhere; its first bytes identify it.
    const struct tn_emu_layout *board = b->opts->board;
    for (uint32_t at = board->primary; at + b->opts->len <= e->chip->flash_size; at += 4) {
        if (addr - at < b->opts->len && memcmp(flash + at, image->p, 32) == 0) {
            return true;
        }
    }
    return false;
}

// The run has left the loader. Did it reach the bad image?
static bool is_bad_end(const struct bench *b, const struct tn_emu *e, enum tn_emu_end end) {
    return end == TN_EMU_LEFT && is_within(b, e, &b->bad, e->pc);
}

static void look(struct tn_emu *e, uint32_t addr, uint32_t size) {
    struct bench *b = e->ctx;

    (void)size;
    uint64_t checks = b->memo.checks;
    tn_memo_look(&b->memo, e, addr);
    e->limit += checks != b->memo.checks ? LIMIT_CHECK : 0;
}

// Continues from the state of the live chip, without its next instruction.
static bool boots_bad_on(struct bench *b, struct tn_emu *e, uint32_t size) {
    uint32_t regs[TN_EMU_REGS];

    tn_emu_copy(e, &b->live.emu);
    tn_emu_get_regs(e, regs);
    regs[TN_EMU_PC] += size;
    tn_emu_set_regs(e, regs);
    e->on_insn = look;
    e->limit = b->opts->device ? LIMIT_ENCRYPTED : LIMIT;
    e->limit += b->check_back ? LIMIT_CHECK : 0;
    enum tn_emu_end end = tn_memo_run(&b->memo, e);
    for (unsigned i = 0; end == TN_EMU_RESET && i < RESETS; i++) {
        tn_emu_reset(e);
        end = tn_memo_run(&b->memo, e);
    }
    return is_bad_end(b, e, end);
}

static bool boots_bad(struct bench *b, uint32_t size) {
    uint64_t violations = b->live.emu.violations;
    bool bad = boots_bad_on(b, &b->trial.emu, size);

    if (b->trial.emu.violations == violations) {
        return bad;
    }
    return boots_bad_on(b, &b->exact.emu, size);
}

// ---- The forward run -------------------------------------------------------------------

// First run: notes which instructions are executed, and when.
static void survey(struct tn_emu *e, uint32_t addr, uint32_t size) {
    struct bench *b = e->ctx;

    (void)size;
    b->step++;
    b->last[addr / 2] = b->step;
    if (!b->first[addr / 2]) {
        b->first[addr / 2] = b->step;
    }
}

static bool is_to_be_tried(const struct bench *b, uint32_t addr) {
    uint32_t at = addr / 2;
    bool is_edge = b->step == b->first[at] || b->step == b->last[at];

    if (b->is_library[at]) {
        return is_edge && (!b->opts->is_short || at % STEP_LIBRARY == 0);
    }
    if (b->check_back && b->opts->is_short) {
        return b->step % STEP_CHECK == 0;
    }
    return !b->opts->is_short || b->step == b->first[at] || b->step % STEP_OWN == 0;
}

static void try_skip(struct tn_emu *e, uint32_t addr, uint32_t size) {
    struct bench *b = e->ctx;
    struct result *r = b->result;

    b->step++;
    if (addr == b->check->addr) {
        b->check_back = tn_emu_reg(e, TN_EMU_LR) & ~1u;
    } else if (addr == b->check_back) {
        b->check_back = 0;
    }
    if (!is_to_be_tried(b, addr) || (addr / 2 + b->step) % WORKERS != b->worker) {
        return;
    }
    bool bad = boots_bad(b, size);
    bool library = b->is_library[addr / 2];
    r->tried += !library;
    r->library_tried += library;
    r->booted_bad += bad && !library;
    r->library_booted_bad += bad && library;
    r->bad_at[addr / 2] += bad;
}

static void forward(struct bench *b, void (*on_insn)(struct tn_emu *, uint32_t, uint32_t)) {
    b->step = 0;
    b->live.emu.on_insn = on_insn;
    enum tn_emu_end end = tn_emu_boot(&b->live.emu, 1, 0);
    if (b->scenario->pending ? end != TN_EMU_LEFT || !tn_emu_board_runs(&b->live, &b->good)
                             : end != TN_EMU_IDLE) {
        die("a bad image is not refused, without any skip");
    }
}

// Finds out which of the executed instructions belong to a library.
static void classify(struct bench *b) {
    struct tn_line *lines = calloc(CODE_MAX / 2, sizeof(*lines));
    size_t n = 0;

    if (!lines) {
        die("out of memory");
    }
    for (uint32_t i = 0; i < CODE_MAX / 2; i++) {
        if (b->first[i]) {
            lines[n++].addr = 2 * i;
        }
    }
    if (tn_lines_find(b->opts->loader, lines, n)) {
        exit(1);
    }
    while (n--) {
        b->is_library[lines[n].addr / 2] = lines[n].is_library;
    }
    free(lines);
}

// A worker's part of one scenario.
static void work(void *arg, unsigned worker, void *own) {
    struct bench *b = arg;

    b->worker = worker;
    b->result = own;
    set_up(b);
    tn_emu_copy_flash(&b->trial.emu, &b->live.emu);  // the start, to restore
    forward(b, survey);
    b->result->executed = (unsigned)b->step;
    classify(b);
    tn_emu_copy_flash(&b->live.emu, &b->trial.emu);
    forward(b, try_skip);
}

// ---- Results ---------------------------------------------------------------------------

static void add(struct result *sum, const struct result *r) {
    sum->tried += r->tried;
    sum->booted_bad += r->booted_bad;
    sum->library_tried += r->library_tried;
    sum->library_booted_bad += r->library_booted_bad;
    sum->executed = r->executed;
    for (size_t i = 0; i < TN_LEN(r->bad_at); i++) {
        sum->bad_at[i] += r->bad_at[i];
    }
}

static void print_sites(const struct options *o, const struct result *r) {
    for (uint32_t i = 0; i < TN_LEN(r->bad_at); i++) {
        struct tn_line line = {.addr = 2 * i};
        if (r->bad_at[i] && !tn_lines_find(o->loader, &line, 1)) {
            fprintf(stderr, "skips: %4u of %#06x boot a bad image: %s%s\n", r->bad_at[i], 2 * i,
                    line.text, line.is_library ? " (library)" : "");
        }
    }
}

static void run_scenario(const struct options *o, const struct scenario *s, struct result *total) {
    struct result *results = shared_memory(WORKERS * sizeof(*results));
    struct bench *b = calloc(1, sizeof(*b));
    static struct result sum;

    if (!b) {
        die("out of memory");
    }
    b->opts = o;
    b->scenario = s;
    make_images(b);
    run_workers(work, b, results, sizeof(*results));
    memset(&sum, 0, sizeof(sum));
    for (size_t i = 0; i < WORKERS; i++) {
        if (results[i].executed != results[0].executed) {
            die("the workers did not share one run");
        }
        add(&sum, &results[i]);
    }
    if (!o->json) {
        printf("%-28s%12u%10u%12u%10u%12u\n", s->name, sum.executed, sum.tried, sum.booted_bad,
                sum.library_tried, sum.library_booted_bad);
        fflush(stdout);
    }
    print_sites(o, &sum);
    add(total, &sum);
    tn_buf_free(&b->good);
    tn_buf_free(&b->bad);
    if (o->device) {
        tn_buf_free(&b->stored);
    }
    free(b);
}

static void print_json(const char *name, unsigned value) {
    printf("{\"name\": \"%s\", \"value\": %u, \"unit\": \"1\", \"peer\": null, \"peer_value\": "
           "null}\n",
            name, value);
}

static void parse(struct options *o, int argc, char **argv) {
    struct tn_fault fault = {0};
    int i = 1;

    for (; i < argc && argv[i][0] == '-'; i++) {
        o->json |= !strcmp(argv[i], "--json");
        o->is_short |= !strcmp(argv[i], "--short");
        o->is_marked |= !strcmp(argv[i], "--marked");
        if (!strcmp(argv[i], "--encrypted") && i + 1 < argc) {
            o->device = argv[++i];
        }
    }
    if (argc != i + 2 || (o->is_marked && o->device) ||
            (int)o->json + (int)o->is_short + (int)o->is_marked + 2 * (o->device != NULL) !=
                    i - 1) {
        fprintf(stderr,
                "usage: skips [--json] [--short] [--marked | --encrypted DEVICE.pem] LOADER.elf "
                "KEY.pem\n");
        exit(64);
    }
    o->board = o->device ? &tn_emu_rak4631 : &tn_emu_microbit;
    o->len = o->device ? LEN_ENCRYPTED : LEN;
    o->loader = argv[i];
    o->key = argv[i + 1];
    if (tn_key_load(o->key, &o->pair, &fault) ||
            (o->device && tn_key_load(o->device, &o->device_pair, &fault))) {
        die(fault.text);
    }
}

int main(int argc, char **argv) {
    static struct options o;
    static struct result total;

    parse(&o, argc, argv);
    if (!o.json) {
        printf("%-28s%12s%10s%12s%10s%12s\n", "", "executed", "skipped", "booted bad", "libraries",
                "booted bad");
    }
    for (size_t i = 0; i < TN_LEN(scenarios); i++) {
        if (!o.device || scenarios[i].pending) {
            run_scenario(&o, &scenarios[i], &total);
        }
    }
    if (o.json) {
        print_json("skips.tried", total.tried + total.library_tried);
        print_json("skips.booted_bad", total.booted_bad);
        print_json("skips.library_booted_bad", total.library_booted_bad);
    }
    tn_key_free(&o.pair);
    tn_key_free(&o.device_pair);
    return total.booted_bad != 0 || total.tried == 0;
}

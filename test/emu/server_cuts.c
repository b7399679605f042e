// SPDX-License-Identifier: Apache-2.0
// Power lost while a board's server writes: in an upload, in a confirm, and when an outcome is
// recorded. The board runs its real loader and its real application, signature checks included.
//
//     server_cuts [--json] [--short] BOARD FOLDER KEY.pem
//
// FOLDER has the board's boot.elf, app.signed.bin and app-v2.signed.bin (./run build BOARD).
//
// powerfail.c cuts a loader's swaps; here the host is there too, which goes on with what was cut.
// Each trial begins with the board as it was before the story's act, and cuts in front of an
// operation of the flash or within it: the first of each driver call, and some others. Afterwards
// the board is switched on, and has to answer.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/log.h"
#include "emu/boards/board.h"
#include "smp/packet.h"
#include "talk.h"
#include "workers.h"

enum {
    SECTORS = 3,       // of an upload
    MOST = 12 * 1024,  // or bytes, where sectors are large
    LESS = 100,        // bytes that the image is shorter
    RESETS = 4,        // while one answer is waited for
    SHOWN = 5,         // failures of a story that are printed
    SHORT_CUTS = 2,    // the short form: cuts of a story, each in front and within
    STEP = 61,         // besides each driver call, one of so many words is cut
    MAX_OPS = 20000,
    LOG_MOST = 256 * 1024,  // bytes of a log's area
};

struct counts {
    unsigned ops, cuts, failures;
};

struct bench;

struct story {
    const char *name;
    bool (*prepare)(struct bench *b);  // up to the act
    bool (*act)(struct bench *b);      // false: the board's run ended before
    bool (*ends_well)(struct bench *b);
    bool outside;  // cuts only what is written outside of the slots
};

struct bench {
    const struct tn_emu_layout *layout;
    const struct story *story;
    struct tn_emu_board live, before;  // before: the state in which each trial begins
    struct talk talk;
    struct tn_buf app[2];  // version 1 and 2
    struct tn_buf upload;
    uint32_t sector;
    bool has_journal;
    uint8_t log[LOG_MOST];
    bool is_short;
    unsigned worker;
    struct counts *counts;

    // A trial.
    unsigned op, cut;  // 0: none
    uint8_t *chosen;   // of the act without a cut: the operations to cut; NULL: it is over
    struct tn_emu_op at;
    uint32_t acked;  // of the upload at the cut
};

_Noreturn static void die(const char *what) {
    fprintf(stderr, "server_cuts: %s\n", what);
    exit(1);
}

// ---- The board -------------------------------------------------------------------------

static bool in_slots(const struct tn_slots *s, uint32_t off) {
    for (int i = 0; i < TN_AREAS; i++) {
        if (off - s->area[i].off < s->area[i].size) {
            return true;
        }
    }
    return false;
}

static struct bench *current;  // ctx of the chip is the talk's

static void on_op(struct tn_emu *e, const struct tn_emu_op *op) {
    struct bench *b = current;

    if (b->story->outside && in_slots(&b->live.slots, op->off)) {
        return;
    }
    b->op++;
    if (b->chosen && b->op < MAX_OPS) {
        b->chosen[b->op] = op->begins_call || b->op % STEP == 0;
    }
    if (b->op == b->cut) {
        b->at = *op;
        tn_emu_stop(e);
    }
}

// Calls the board, through its own resets. Its loader may first have to finish a swap.
static int call(struct bench *b, uint16_t group, uint8_t id, uint8_t op, const void *pairs,
        size_t len, uint8_t npairs) {
    const struct tn_call c = {.group = group,
            .id = id,
            .op = op,
            .npairs = npairs,
            .pairs = {pairs, len},
            .timeout_ms = 5000,
            .tries = 12};
    int rc = talk_call(&b->talk, &c);

    for (int i = 0; i < RESETS && rc == TALK_ENDED && b->talk.end == TN_EMU_RESET; i++) {
        tn_emu_reset(&b->live.emu);
        rc = talk_call(&b->talk, &c);
    }
    return rc;
}

// True if the application answers.
static bool is_alive(struct bench *b) {
    static const uint8_t text[] = {0x61, 'd', 0x61, '1'};  // "d": "1"

    return call(b, TN_SMP_OS, TN_OS_ECHO, TN_SMP_WRITE, text, sizeof(text), 1) == 0;
}

static bool runs(struct bench *b, int version) {
    return is_alive(b) && tn_emu_board_holds(&b->live, TN_RUNNING, &b->app[version - 1]) &&
            b->live.emu.faults == 0 && b->live.emu.violations == 0;
}

static void power_on(struct bench *b) {
    tn_emu_power_on(&b->live.emu, b->cut + 1);
}

// The newest outcome, as the application tells it. 0: none, or no answer.
static uint32_t outcome(struct bench *b) {
    struct tn_cbor_in in;
    struct tn_cbor_in list = {0};
    struct tn_cbor_seq seq;
    uint32_t code = 0;
    const struct tn_cbor_field head[] = {{"history", TN_FIELD_ANY, &list}};
    const struct tn_cbor_field entry[] = {{"outcome", TN_FIELD_UINT, &code}};

    if (call(b, TN_SMP_TENON, TN_TENON_HISTORY, TN_SMP_READ, NULL, 0, 0)) {
        return 0;
    }
    struct tn_span body = b->talk.client.reply.body;
    tn_cbor_in_init(&in, body.ptr, body.len);
    if (tn_cbor_get_map(&in, head, 1) < 0 || tn_cbor_enter(&list, TN_CBOR_LIST, &seq) ||
            tn_cbor_next(&list, &seq) != 1 || tn_cbor_get_map(&list, entry, 1) < 0) {
        return 0;
    }
    return code;
}

// Asks whether uploads go on after a reset.
static bool ask_journal(struct bench *b) {
    struct tn_cbor_in in;
    const struct tn_cbor_field head[] = {{"resume", TN_FIELD_BOOL, &b->has_journal}};

    if (call(b, TN_SMP_TENON, TN_TENON_CAPABILITIES, TN_SMP_READ, NULL, 0, 0)) {
        return false;
    }
    struct tn_span body = b->talk.client.reply.body;
    tn_cbor_in_init(&in, body.ptr, body.len);
    return tn_cbor_get_map(&in, head, TN_LEN(head)) == 1;
}

// ---- An upload -------------------------------------------------------------------------

static bool place_first(struct bench *b) {
    tn_emu_board_place(&b->live, TN_RUNNING, &b->app[0]);
    power_on(b);
    return runs(b, 1) && ask_journal(b);
}

static bool upload(struct bench *b) {
    int rc = talk_upload(&b->talk, b->upload.p, b->upload.len, 0);

    if (rc > 0) {
        die("the upload was refused");
    }
    b->acked = b->talk.client.acked;
    return rc == 0;
}

// The upload goes on: what a journal has of it is at most a sector and a request behind.
static bool upload_ends_well(struct bench *b) {
    uint32_t acked = b->acked;

    power_on(b);
    if (!runs(b, 1) || !upload(b) || !tn_emu_board_holds(&b->live, TN_CANDIDATE, &b->upload)) {
        return false;
    }
    return !b->has_journal || acked <= b->talk.client.resumed_at + b->sector + TALK_PACKET;
}

// ---- A confirm -------------------------------------------------------------------------

// Version 2 runs on test.
static bool place_test(struct bench *b) {
    if (!place_first(b)) {
        return false;
    }
    tn_emu_board_place(&b->live, TN_CANDIDATE, &b->app[1]);
    tn_emu_board_request(&b->live, TN_SWAP_TEST);
    power_on(b);
    return runs(b, 2) && tn_emu_board_pending(&b->live) == TN_SWAP_REVERT;
}

static bool confirm(struct bench *b) {
    static const uint8_t yes[] = {0x67, 'c', 'o', 'n', 'f', 'i', 'r', 'm', 0xf5};

    int rc = call(b, TN_SMP_IMAGE, TN_IMG_STATE, TN_SMP_WRITE, yes, sizeof(yes), 1);
    if (rc > 0) {
        die("the confirm was refused");
    }
    return rc == 0;
}

// Version 2 runs, for good; or version 1 does again. The log tells which, at this boot already.
static bool confirm_ends_well(struct bench *b) {
    for (int boot = 0; boot < 2; boot++) {
        power_on(b);
        bool is_new = tn_emu_board_pending(&b->live) != TN_SWAP_REVERT &&
                tn_emu_board_holds(&b->live, TN_RUNNING, &b->app[1]);
        if (!runs(b, is_new ? 2 : 1) || tn_emu_board_pending(&b->live) != TN_SWAP_NONE ||
                outcome(b) != (is_new ? TN_OUTCOME_CONFIRMED : TN_OUTCOME_REVERTED)) {
            return false;
        }
    }
    return true;
}

// ---- Outcome records -------------------------------------------------------------------

static bool place_confirmed(struct bench *b) {
    return place_test(b) && confirm(b);
}

static bool reset_and_answer(struct bench *b) {
    tn_emu_reset(&b->live.emu);
    return is_alive(b);
}

// Repeats the newest record until the next one has to erase a sector.
static bool place_test_log_full(struct bench *b) {
    const struct tn_area area = {&b->live.nor.flash, b->layout->outcome, b->layout->outcome_size};
    struct tn_record last;
    struct tn_log log;

    if (!place_test(b)) {
        return false;
    }
    tn_log_open(&log, &area, 0);
    if (tn_log_get(&log, 0, &last)) {
        die("no record of the upgrade");
    }
    uint32_t erases = b->live.nor.erases;
    do {
        memcpy(b->log, b->live.emu.flash + area.off, area.size);
        if (tn_log_add(&log, &last)) {
            die("no more records");
        }
    } while (b->live.nor.erases == erases);
    memcpy(b->live.emu.flash + area.off, b->log, area.size);
    return true;
}

static const struct story stories[] = {
        {"upload", place_first, upload, upload_ends_well, false},
        {"confirm", place_test, confirm, confirm_ends_well, false},
        {"record: confirmed", place_confirmed, reset_and_answer, confirm_ends_well, true},
        {"record: reverted", place_test, reset_and_answer, confirm_ends_well, true},
        {"record: new sector", place_test_log_full, reset_and_answer, confirm_ends_well, true},
};

// ---- Trials ----------------------------------------------------------------------------

// One trial with a cut. False: the act ended before the cut came.
static bool try_cut(struct bench *b, unsigned cut, bool torn) {
    tn_emu_copy(&b->live.emu, &b->before.emu);
    b->op = 0;
    b->cut = cut;
    bool done = b->story->act(b);
    b->cut = 0;
    if (done || b->talk.end != TN_EMU_STOPPED) {
        return false;
    }
    if (torn) {
        tn_emu_tear(&b->live.emu, &b->at, cut);
    }
    b->counts->cuts++;
    if (!b->story->ends_well(b) && b->counts->failures++ < SHOWN) {
        fprintf(stderr,
                "server_cuts: %s: cut %s the %s at %#x, operation %u (acked %u, resumed at %u)\n",
                b->story->name, torn ? "within" : "before", b->at.is_erase ? "erase" : "write",
                b->at.off, cut, b->acked, b->talk.client.resumed_at);
    }
    return true;
}

static unsigned count(const uint8_t *chosen, unsigned ops) {
    unsigned n = 0;

    for (unsigned i = 1; i <= ops && i < MAX_OPS; i++) {
        n += chosen[i];
    }
    return n;
}

// Does this worker make the nth of n cuts? The short form has few, away from the beginning.
static bool is_mine(const struct bench *b, unsigned nth, unsigned n) {
    if (!b->is_short) {
        return nth % WORKERS == b->worker;
    }
    for (unsigned k = 1; k <= SHORT_CUTS; k++) {
        if (nth == k * n / (SHORT_CUTS + 1)) {
            return true;
        }
    }
    return false;
}

static void run(struct bench *b) {
    static uint8_t chosen[MAX_OPS];

    if (b->is_short && b->worker) {
        return;  // one worker's preparations are enough
    }
    current = b;
    if (!b->story->prepare(b)) {
        die("the board does not come up");
    }
    tn_emu_copy(&b->before.emu, &b->live.emu);
    b->op = b->cut = 0;
    b->chosen = chosen;
    b->live.emu.on_op = on_op;
    if (!b->story->act(b)) {
        die("the act fails without a cut");
    }
    b->chosen = NULL;
    unsigned ops = b->counts->ops = b->op;
    unsigned n = count(chosen, ops);
    for (unsigned op = 1, nth = 0; op <= ops; op++) {
        if (chosen[op] && is_mine(b, nth++, n) &&
                (!try_cut(b, op, false) || !try_cut(b, op, true))) {
            die("the act without a cut was another");
        }
    }
}

// ---- The whole -------------------------------------------------------------------------

// A chip that runs all programs, in place of one that runs its loader alone.
static void open_board(struct tn_emu_board *b, const struct tn_emu_layout *l, const char *loader) {
    const struct tn_emu_chip *chip = l->chip;

    if (tn_elf_open(&b->loader, loader, chip->flash_base + chip->boot_off, l->boot_size) ||
            tn_emu_open_whole(&b->emu, chip)) {
        exit(1);
    }
    tn_emu_layout_fit(l, &b->emu);
    memcpy(b->emu.flash + chip->boot_off, b->loader.image, l->boot_size);
    tn_emu_board_map(b, l, tn_emu_layout_slots(l));
}

struct options {
    bool json;
    bool is_short;
    const struct tn_emu_layout *layout;
    const char *folder;
    const struct tn_key_pair *key;
};

// A worker's part of a story.
struct task {
    const struct options *opts;
    const struct story *story;
};

static void read_app(const char *folder, const char *name, struct tn_buf *ret) {
    char path[512];
    struct tn_fault f = {0};

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    if (tn_file_read(path, ret, &f)) {
        die(f.text);
    }
}

static void work(void *arg, unsigned worker, void *own) {
    const struct task *t = arg;
    const struct options *o = t->opts;
    static struct bench b;
    char loader[512];
    uint32_t begin;

    b = (struct bench){.layout = o->layout,
            .story = t->story,
            .worker = worker,
            .is_short = o->is_short,
            .counts = own};
    snprintf(loader, sizeof(loader), "%s/boot.elf", o->folder);
    open_board(&b.live, o->layout, loader);
    open_board(&b.before, o->layout, loader);
    read_app(o->folder, "app.signed.bin", &b.app[0]);
    read_app(o->folder, "app-v2.signed.bin", &b.app[1]);
    tn_emu_sector_at(o->layout->chip, o->layout->primary, &begin, &b.sector);
    uint32_t len = SECTORS * b.sector < MOST ? SECTORS * b.sector : MOST;
    tn_emu_image_make(o->layout, o->key, 3, len - LESS, &b.upload);
    talk_open(&b.talk, &b.live.emu, NULL);
    run(&b);
}

static void print_json(const struct options *o, const char *name, unsigned value) {
    printf("{\"name\": \"powerfail.%s.server_%s\", \"value\": %u, \"unit\": \"1\", "
           "\"peer\": null, \"peer_value\": null}\n",
            o->layout->name, name, value);
}

static struct options parse(int argc, char **argv) {
    static struct tn_emu_layout own;
    static struct tn_key_pair key;
    struct tn_fault fault = {0};
    struct options o = {0};
    int i = 1;

    for (; i < argc && argv[i][0] == '-'; i++) {
        o.json |= !strcmp(argv[i], "--json");
        o.is_short |= !strcmp(argv[i], "--short");
    }
    o.layout = argc == i + 3 ? tn_emu_layout_find(argv[i], &own) : NULL;
    if (!o.layout || tn_key_load(argv[i + 2], &key, &fault)) {
        fprintf(stderr, "server_cuts: [--json] [--short] BOARD FOLDER KEY.pem %s\n", fault.text);
        exit(64);
    }
    o.folder = argv[i + 1];
    o.key = &key;
    return o;
}

int main(int argc, char **argv) {
    struct options o = parse(argc, argv);
    struct counts *counts = shared_memory(WORKERS * sizeof(*counts));
    unsigned cuts = 0;
    unsigned failures = 0;

    for (size_t i = 0; i < TN_LEN(stories); i++) {
        struct task task = {&o, &stories[i]};
        memset(counts, 0, WORKERS * sizeof(*counts));
        run_workers(work, &task, counts, sizeof(*counts));
        unsigned own[2] = {0};
        for (int w = 0; w < WORKERS; w++) {
            own[0] += counts[w].cuts;
            own[1] += counts[w].failures;
        }
        if (!o.json) {
            printf("%-20s%6u writes%6u cuts%6u failures\n", stories[i].name, counts[0].ops, own[0],
                    own[1]);
        }
        cuts += own[0];
        failures += own[1];
    }
    if (o.json) {
        print_json(&o, "cuts", cuts);
        print_json(&o, "failures", failures);
    }
    return failures != 0 || cuts == 0;
}

// SPDX-License-Identifier: Apache-2.0
// Runs the act of a story forward once. Before each of its flash operations the run stops. A second
// device then continues from a copy of that flash, in which the operation is torn, in each way that
// exists. It boots several times, and the bench compares what runs with the story. In a story with
// second cuts, the first of these boots is itself such a forward run.
//
// The flash after an operation is the flash before the next one, so only the last operation has
// CUT_AFTER.
#include "bench.h"

#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "boot/trailer.h"
#include "crypto/sig.h"

enum {
    SHOWN = 3,  // failures of a story that are printed
    ERASE_VARIANTS = 2,
    PARTS = 20,  // variants of a partial erase
    // The short form tries one cut of this many
    SHORT_SHARE = 48,   // within an operation that programs many units,
    SHORT_ERASES = 8,   // within an erase,
    SHORT_NESTED = 64,  // and of cuts with second cuts behind them.
    SHORT_SEVERAL = 6,  // The same times this, of several images.
};

const char *const cut_names[CUT_KINDS] = {
        "before", "at", "bits", "gone", "weak", "stale", "part", "chance", "after"};

struct bench {
    const struct task *task;
    const struct options *opts;
    struct counts *counts;
    struct image (*images)[IMAGES];  // of each member
    struct image (*stored)[IMAGES];
    struct rig *rig;  // DEPTH + 1: the forward run, and the run behind each cut
    unsigned depth;   // of the current run
    bool nests;       // the current cut has second cuts behind it
    bool late[DEPTH + 1];
    struct cut cut[DEPTH];
};

static struct rig rigs[DEPTH + 1];

// ---- What runs after a cut -------------------------------------------------------------------

void lineup_name(const struct lineup *l, char *ret, size_t size) {
    size_t at = 0;

    for (unsigned i = 0; i < l->n && at < size; i++) {
        const char *name = strategy_name(l->strategy[i]);
        at += (size_t)snprintf(ret + at, size - at, "%s%s", i ? "+" : "", name);
    }
    if (l->needs && at < size) {
        snprintf(ret + at, size - at, ",needs");
    }
}

static void print_failure(const struct bench *b, const char *what) {
    char lineup[96];

    lineup_name(&b->task->lineup, lineup, sizeof(lineup));
    fprintf(stderr, "FAILED: %s  --seed %u --only %s/%s%s/%s", what, b->opts->seed,
            b->task->geometry->name, lineup, secrecy_names[b->task->secrecy], b->task->story->name);
    for (unsigned i = 0; i < b->depth; i++) {
        const struct cut *c = &b->cut[i];
        fprintf(stderr, "%c%u.%s.%u", i ? '+' : '/', c->op, cut_names[c->kind], c->nth);
    }
    fputs(b->opts->trust->algs[0]->verify == tn_p256_microecc.verify ? " --real\n" : "\n", stderr);
}

static void tell(struct bench *b, const char *what) {
    if (b->counts->failures++ >= SHOWN) {
        return;
    }
    print_failure(b, what);
    if (b->opts->stop) {
        b->opts->stop();
    }
}

// True if word is one of the words between the bars.
static bool is_among(const char *words, const char *word) {
    size_t len = strlen(word);

    for (; words; words = strchr(words, '|')) {
        words += *words == '|';
        if (!strncmp(words, word, len)) {
            return true;
        }
    }
    return false;
}

// True if the images that do not run are whole: where they were, or where the swap put them.
static bool is_kept(const struct rig *r, char running) {
    unsigned other = running == 'O';
    bool ret = true;

    for (unsigned i = 0; i < r->n && ret; i++) {
        const struct member *m = &r->m[i];
        ret = rig_holds(r, m, TN_CANDIDATE, other) || rig_holds(r, m, TN_PREVIOUS, other) ||
                rig_holds(r, m, TN_RUNNING, other);
    }
    return ret;
}

// Boots n times. ret gets the letters of what ran.
static void boots(struct bench *b, size_t n, char *ret) {
    struct rig *r = &b->rig[b->depth];

    for (size_t i = 0; i < n; i++) {
        ret[i] = rig_boot(r);
        if (r->f.violations) {
            ret[i] = 'V';
            r->f.violations = 0;
        } else if (b->task->story->keeps && strchr("ON", ret[i]) && !is_kept(r, ret[i])) {
            ret[i] = (char)(ret[i] - 'A' + 'a');
        }
    }
    ret[n] = 0;
}

// True if all letters equal the first.
static bool settled(const char *got) {
    return strspn(got, (const char[]){got[0], 0}) == strlen(got);
}

static void do_again(struct bench *b) {
    struct rig *r = &b->rig[b->depth];
    const char *acts = b->task->story->again;
    const char *want = strchr(acts, '=') + 1;
    char got[BOOTS + 1];
    char what[64];

    for (; *acts != '='; acts++) {
        int err = rig_act(r, *acts);
        if (err) {
            snprintf(what, sizeof(what), "%c done again returns %d", *acts, err);
            tell(b, what);
            return;
        }
    }
    boots(b, strlen(want), got);
    if (strcmp(got, want)) {
        snprintf(what, sizeof(what), "done again: %s runs, not %s", got, want);
        tell(b, what);
    }
}

static void on_op(struct cut_flash *f, const struct flash_op *op);

// Judges a cut. The rig of this depth holds the flash after the cut.
static void judge(struct bench *b) {
    const struct story *s = b->task->story;
    struct rig *r = &b->rig[b->depth];
    char got[2 * BOOTS + 1];
    char what[64];

    b->counts->cuts++;
    b->counts->nested += b->depth > 1;
    if (b->nests) {
        r->f.on_op = on_op;
    }
    boots(b, 1, got);
    r->f.on_op = NULL;
    boots(b, BOOTS - 1, got + 1);
    if (!is_among(s->allowed, got) && !(b->late[b->depth] && s->late && is_among(s->late, got))) {
        snprintf(what, sizeof(what), "%s runs, not %s", got, s->allowed);
        tell(b, what);
        return;
    }
    got[0] = got[BOOTS - 1];
    boots(b, r->f.nmarks ? BOOTS : 1, got + 1);  // by then each marginal byte has turned
    if (r->f.ops) {
        tell(b, "the last boot still writes");
    } else if (!settled(got)) {
        snprintf(what, sizeof(what), "%s runs in the end", got);
        tell(b, what);
    }
    if (s->again) {
        do_again(b);
    }
}

// ---- Cuts --------------------------------------------------------------------------------

// A number for the cut; it is the same in every run.
static uint32_t number_of(const struct bench *b, const struct cut *c) {
    uint32_t n = b->opts->seed * 2654435761u ^ c->op * 40503u ^ c->nth * 2246822519u ^
            (uint32_t)c->kind * 3266489917u;

    n ^= n >> 15;
    n *= 2246822519u;
    n ^= n >> 13;
    return n ? n : 1;
}

// True if this operation writes the copy_done of this slot.
static bool is_done_in(const struct member *m, const struct flash_op *op, enum tn_slot slot) {
    const struct tn_area *a = &m->slots.area[slot];
    uint32_t align = m->slots.max_align;
    uint32_t magic = align < 16 ? 16 : align;

    return !op->is_erase && op->off == a->off + a->size - magic - 2 * align;
}

// True if this operation writes into a trailer; of several images also, if it erases a part of one:
// half of a set is then told apart by flags that still read as they were.
static bool is_in_trailer(const struct bench *b, const struct flash_op *op) {
    for (unsigned k = 0; k < b->rig->n; k++) {
        const struct tn_slots *s = &b->rig->m[k].slots;
        uint32_t size = tn_trailer_size(s);
        for (unsigned i = 0; i < TN_AREAS; i++) {
            uint32_t end = s->area[i].off + s->area[i].size;
            bool touches = op->is_erase ? b->rig->n > 1 && op->off + op->len > end - size
                                        : op->off >= end - size;
            if (touches && op->off < end) {
                return true;
            }
        }
    }
    return false;
}

// True if this operation writes copy_done, in either slot: of several images, of the last one.
static bool is_late(const struct bench *b, const struct flash_op *op) {
    const struct member *last = &b->rig->m[b->rig->n - 1];

    return is_done_in(last, op, TN_PRIMARY) || is_done_in(last, op, TN_SECONDARY);
}

static bool is_same(const struct cut *a, const struct cut *b) {
    return a->op == b->op && a->kind == b->kind && a->nth == b->nth;
}

// True if this operation erases data that the loader copies again as long as it looks whole:
// scratch, or the end of an image that shares a sector with its request. There is no other copy.
static bool is_source(const struct bench *b, const struct flash_op *op) {
    bool ret = false;

    for (unsigned i = 0; i < b->rig->n; i++) {
        const struct tn_area *a = b->rig->m[i].slots.area;
        ret |= op->off - a[TN_SCRATCH].off < a[TN_SCRATCH].size ||
                (1u << b->task->lineup.strategy[i] == OVERWRITE && op->off > a[TN_SECONDARY].off &&
                        op->off - a[TN_SECONDARY].off < b->rig->m[i].images[1].len);
    }
    return ret;
}

// True if an area ends where this operation does.
static bool ends_area(const struct bench *b, const struct flash_op *op) {
    bool ret = false;

    for (unsigned k = 0; k < b->rig->n; k++) {
        for (unsigned i = 0; i < TN_AREAS; i++) {
            const struct tn_area *a = &b->rig->m[k].slots.area[i];
            ret |= op->off + op->len == a->off + a->size;
        }
    }
    return ret;
}

// True if this operation can end in this way.
static bool applies(const struct bench *b, const struct flash_op *op, const struct cut *c) {
    // A format without a copy cannot repair a flag that reads as set and later as not set, nor an
    // image whose byte turns after its verification. So marginal bytes are left only in data that a
    // loader copies.
    if (c->kind == CUT_STALE && is_source(b, op)) {
        return false;
    }
    if (c->kind == CUT_WEAK || c->kind == CUT_STALE) {
        return b->task->story->act == 'b' && !is_in_trailer(b, op);
    }
    return c->kind != CUT_PART || c->nth < ERASE_VARIANTS * 2 || ends_area(b, op);
}

static uint32_t several(const struct bench *b) {
    return b->rig->n > 1 ? SHORT_SEVERAL : 1;
}

// One cut of how many within this operation is tried. Of second cuts only a few are.
static uint32_t share_of(const struct bench *b, const struct flash_op *op) {
    uint32_t units = op->len / b->rig->f.flash.prog_unit;
    bool is_short = b->opts->is_short;
    uint32_t more = is_short ? several(b) : 1;

    if (op->is_erase) {
        return more * (b->depth ? 4 : is_short ? SHORT_ERASES : 1);
    }
    if (b->depth) {
        return more * (is_short ? 8 * units : 2 * units);
    }
    return more * (is_short && units > 4 ? SHORT_SHARE : 1);
}

static bool is_wanted(const struct bench *b, const struct flash_op *op, const struct cut *c) {
    const struct chosen *only = b->opts->only;
    uint32_t number = number_of(b, c) >> 8;

    if (only->n) {
        return b->depth < only->n && is_same(&only->cut[b->depth], c);
    }
    if (b->opts->stride > 1) {
        return number % b->opts->stride == 0;
    }
    return c->kind == CUT_BEFORE || c->kind == CUT_AFTER || number % share_of(b, op) == 0;
}

// Is this a first cut with second cuts behind it? Those are before each operation, and at a few
// places within it.
static bool is_nested(const struct bench *b, const struct flash_op *op, const struct cut *c) {
    uint32_t units = op->is_erase ? 1 : op->len / b->rig->f.flash.prog_unit;
    uint32_t share = c->kind == CUT_BEFORE ? 1 : 4 * units;

    if (c->kind == CUT_AFTER || !b->task->geometry->nested || b->depth + 1 >= DEPTH ||
            b->opts->stride > 1) {
        return false;
    }
    if (b->opts->only->n) {
        return b->opts->only->n > b->depth + 1;
    }
    return (number_of(b, c) >> 8) %
            (b->opts->is_short ? SHORT_NESTED * several(b) * share : share) ==
            0;
}

static void try_cut(
        struct bench *b, const struct cut_flash *f, const struct flash_op *op, struct cut c) {
    struct cut_flash *torn = &b->rig[b->depth + 1].f;

    c.op = f->ops;
    if (!applies(b, op, &c) || !is_wanted(b, op, &c)) {
        return;
    }
    flash_copy(torn, f);
    if (!flash_tear(torn, op, &c, number_of(b, &c))) {
        return;
    }
    bool nests = is_nested(b, op, &c);
    b->cut[b->depth] = c;
    b->late[b->depth + 1] = b->late[b->depth] || (c.kind != CUT_BEFORE && is_late(b, op));
    b->depth++;
    b->nests = nests;
    judge(b);
    b->nests = false;
    b->depth--;
}

static void on_op(struct cut_flash *f, const struct flash_op *op) {
    struct bench *b = f->ctx;
    static const enum cut_kind prog_kinds[] = {CUT_AT, CUT_BITS, CUT_GONE, CUT_WEAK};
    static const enum cut_kind erase_kinds[] = {
            CUT_BITS, CUT_GONE, CUT_WEAK, CUT_STALE, CUT_CHANCE};

    try_cut(b, f, op, (struct cut){0, CUT_BEFORE, 0});
    if (op->is_erase) {
        for (size_t i = 0; i < TN_LEN(erase_kinds) * ERASE_VARIANTS; i++) {
            try_cut(b, f, op, (struct cut){0, erase_kinds[i / 2], (uint32_t)i % 2});
        }
        for (uint32_t i = 0; i < PARTS; i++) {
            try_cut(b, f, op, (struct cut){0, CUT_PART, i});
        }
        return;
    }
    try_cut(b, f, op, (struct cut){0, CUT_STALE, 0});
    for (uint32_t unit = 0; unit < op->len / f->flash.prog_unit; unit++) {
        for (size_t i = 0; i < TN_LEN(prog_kinds); i++) {
            try_cut(b, f, op, (struct cut){0, prog_kinds[i], unit});
        }
    }
}

// ---- A story -----------------------------------------------------------------------------

static void fill(struct rig *r, const struct member *m, enum tn_place place, enum content content) {
    unsigned image = place != TN_RUNNING;
    struct tn_image_src src;
    uint32_t seed = 99;

    tn_slots_source(&m->slots, place, &src);
    if (content == GOOD || content == BAD || content == UNMET) {
        rig_place(r, m, place, image);
    }
    if (content == BAD) {
        r->f.mem[src.area->off + src.off + m->images[image].len / 2] ^= 4;
    }
    for (uint32_t i = 0; content == RUBBISH && i < src.area->size; i++) {
        r->f.mem[src.area->off + i] = (uint8_t)(chance(&seed) >> 8);
    }
}

// What the nth version of a member is. The versions of members differ, so that their payloads do.
static struct wanted wanted(const struct bench *b, unsigned member, unsigned nth) {
    const struct lineup *l = &b->task->lineup;
    unsigned other = (member + 1) % l->n;
    struct wanted ret = {.major = (uint8_t)(member * IMAGES + nth + 1),
            .ram = 1u << l->strategy[member] == RAM_LOAD,
            .member = (uint8_t)other};

    if (l->needs && nth == 1) {
        ret.least = (uint8_t)(other * IMAGES + 2);
    }
    if (b->task->story->spare == UNMET && nth == 1 && member == 0) {
        ret.least = 99;
    }
    return ret;
}

static void make_images(struct bench *b) {
    const struct story *s = b->task->story;

    secrets_forget();
    for (unsigned k = 0; k < b->rig->n; k++) {
        uint32_t max = tn_slots_max_image(&b->rig->m[k].slots);
        // Of several images, every second one has the lengths the other way round.
        const uint32_t len[IMAGES] = {max * (k % 2 ? s->new_len : s->old_len) / 100,
                max * (k % 2 ? s->old_len : s->new_len) / 100, max * SHORT / 100};
        for (unsigned i = 0; i < IMAGES; i++) {
            struct wanted w = wanted(b, k, i);
            if (b->task->secrecy == PLAIN) {
                b->opts->make(&b->images[k][i], len[i], &w);
            } else {
                secrets_make(&b->images[k][i], &b->stored[k][i], w.major, len[i], w.ram);
            }
        }
    }
}

// Of several images, only the last candidate is bad.
static enum content spare_of(const struct bench *b, unsigned member) {
    enum content content = b->task->story->spare;

    return content == BAD && member + 1 < b->rig->n ? GOOD : content;
}

static void init_rig(struct bench *b, struct rig *r) {
    rig_init(r, b->task->geometry, &b->task->lineup);
    secrets_prepare(r, b->task->secrecy);
    r->trust = b->opts->trust;
    r->f.ctx = b;
    for (unsigned k = 0; k < r->n; k++) {
        r->m[k].images = b->images[k];
        r->m[k].stored = b->stored[k];
    }
}

// Makes the device as it is before the act. False if the story cannot begin.
static bool begin(struct bench *b) {
    const struct story *s = b->task->story;
    struct rig *r = b->rig;
    static struct image images[MEMBERS][IMAGES];
    static struct image stored[MEMBERS][IMAGES];

    b->images = images;
    b->stored = stored;
    for (unsigned i = 0; i <= DEPTH; i++) {
        init_rig(b, &b->rig[i]);
    }
    make_images(b);
    for (unsigned k = 0; k < r->n; k++) {
        fill(r, &r->m[k], TN_RUNNING, s->primary);
        if (r->m[k].slots.area[TN_SECONDARY].size) {
            fill(r, &r->m[k], TN_CANDIDATE, spare_of(b, k));
        }
    }
    for (const char *act = s->before; *act; act++) {
        if (rig_act(r, *act)) {
            return false;
        }
    }
    return true;
}

// The flash after the last operation.
static void cut_after(struct bench *b) {
    const struct flash_op none = {0};
    struct rig *live = b->rig;

    b->late[0] = true;  // by then copy_done is written
    try_cut(b, &live->f, &none, (struct cut){0, CUT_AFTER, 0});
}

void bench_run(const struct task *t, const struct options *o, struct counts *counts) {
    struct bench b = {.task = t, .opts = o, .counts = counts, .rig = rigs};

    if (!begin(&b)) {
        tell(&b, "the story does not begin");
        return;
    }
    unsigned before = counts->cuts;
    b.rig->f.on_op = on_op;
    if (rig_act(b.rig, t->story->act) || b.rig->f.violations) {
        tell(&b, "the act fails without any cut");
        return;
    }
    cut_after(&b);
    if (counts->cuts == before && !o->only->n && o->stride < 2) {
        tell(&b, "nothing was there to be cut");
    }
}

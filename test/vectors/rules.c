// SPDX-License-Identifier: Apache-2.0
// Differences on purpose, by the names that SPEC.md gives them, and what the vectors' README says
// may differ in bytes.
//
// Each is decided from the flash that the boot began with (struct start), so that it covers a
// situation and not the records that are known. Of a record only what MCUboot did is looked at.
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "vectors.h"

struct rule {
    const char *name;
    const char *what;  // words of has_rule's
    bool (*covers)(const struct set *s, const json_t *r);
    unsigned dumps;  // how many it was needed for
    unsigned rows;
    const json_t *last;
};

static bool is(const json_t *r, const char *member, const char *value) {
    return !strcmp(text(r, member), value);
}

// ---- Situations, as the flash shows them -------------------------------------------------

// The running image is on test: it came by a swap, and nobody has confirmed it.
static bool on_test(const struct start *at) {
    const struct tn_trailer *t = &at->trailer[TN_PRIMARY];

    return t->magic == TN_MAGIC_GOOD && t->image_ok == TN_FLAG_UNSET;
}

// A request stands in the spare slot.
static bool requested(const struct start *at) {
    return at->trailer[TN_SECONDARY].magic == TN_MAGIC_GOOD;
}

// A swap was announced, and is not done.
static bool announced(const struct set *s) {
    const struct tn_trailer *t = &s->start.trailer[TN_PRIMARY];

    return s->slots.layout->reverts && t->magic == TN_MAGIC_GOOD && t->copy_done == TN_FLAG_UNSET &&
            t->type != TN_SWAP_NONE;
}

// ---- Bytes that may differ: the vectors' README, How a test should use it, 3 and 4 ---------

// The README excuses what a torn operation leaves, whatever it was.
static bool readme_torn(const struct set *s, const json_t *r) {
    (void)s;
    return is(r, "kind", "torn");
}

// The mark of a revert stands in the spare slot.
static bool readme_move_revert(const struct set *s, const json_t *r) {
    (void)r;
    return s->slots.layout == &tn_layout_swap_move && requested(&s->start) &&
            s->start.trailer[TN_SECONDARY].copy_done == TN_FLAG_SET;
}

// A swap is under way, and the image that comes is longer by two sectors or more.
static bool readme_longer(const struct set *s, const json_t *r) {
    uint32_t sector = s->runs[0].sector_size;
    bool back = is(r, "running", image_names[0]);
    size_t old_sectors = (s->image[back].len + sector - 1) / sector;
    size_t new_sectors = (s->image[!back].len + sector - 1) / sector;

    return s->slots.layout == &tn_layout_swap_offset && announced(s) &&
            new_sectors >= old_sectors + 2;
}

// ---- Differences on purpose: SPEC.md, Trailers ------------------------------------------------

// Only where MCUboot starts nothing.
static bool fallback(const struct set *s, const json_t *r) {
    const uint8_t *image = s->start.image;

    return is(r, "result", "boot-failed") && !image[TN_RUNNING] &&
            (image[TN_CANDIDATE] || image[TN_PREVIOUS]);
}

static bool torn_request(const struct set *s, const json_t *r) {
    (void)r;
    return requested(&s->start) && s->start.trailer[TN_SECONDARY].image_ok == TN_FLAG_BAD;
}

static bool torn_done(const struct set *s, const json_t *r) {
    (void)r;
    return on_test(&s->start) && s->start.trailer[TN_PRIMARY].copy_done == TN_FLAG_BAD;
}

static bool torn_mark(const struct set *s, const json_t *r) {
    (void)r;
    return on_test(&s->start) && s->start.trailer[TN_SECONDARY].magic == TN_MAGIC_BAD;
}

static bool nothing_to_revert(const struct set *s, const json_t *r) {
    (void)r;
    return on_test(&s->start) && !announced(s) && s->start.image[TN_RUNNING] &&
            !s->start.image[TN_PREVIOUS];
}

// Of an announced swap nothing has moved yet, and what it would bring is not genuine.
static bool nothing_to_swap(const struct set *s, const json_t *r) {
    (void)r;
    return announced(s) && !s->start.has_record && s->start.image[TN_RUNNING] &&
            !s->start.image[TN_CANDIDATE];
}

static bool discard(const struct set *s, const json_t *r) {
    (void)r;
    return requested(&s->start) && !announced(s) && s->start.image[TN_RUNNING] &&
            !s->start.image[TN_CANDIDATE];
}

static bool type_of_swap(const struct set *s, const json_t *r) {
    const struct tn_trailer *pri = &s->start.trailer[TN_PRIMARY];
    const struct tn_trailer *sec = &s->start.trailer[TN_SECONDARY];

    (void)r;
    return s->slots.layout == &tn_layout_swap_scratch && pri->copy_done == TN_FLAG_UNSET &&
            sec->magic != TN_MAGIC_GOOD && sec->image_ok == TN_FLAG_SET;
}

#define ALL "running decision next erases"

static struct rule rules[] = {
        {"README: torn", "bytes", readme_torn, 0, 0, NULL},
        {"README: swap-move, revert marked", "bytes", readme_move_revert, 0, 0, NULL},
        {"README: longer by two sectors", "bytes", readme_longer, 0, 0, NULL},
        {"FALLBACK", ALL, fallback, 0, 0, NULL},
        {"TORN-REQUEST", ALL, torn_request, 0, 0, NULL},
        {"TORN-DONE", ALL, torn_done, 0, 0, NULL},
        {"TORN-MARK", "erases", torn_mark, 0, 0, NULL},
        {"NOTHING-TO-SWAP", ALL " bytes", nothing_to_swap, 0, 0, NULL},
        {"NOTHING-TO-REVERT", ALL " bytes", nothing_to_revert, 0, 0, NULL},
        {"DISCARD", ALL " bytes", discard, 0, 0, NULL},
        {"TYPE-OF-SWAP", "next", type_of_swap, 0, 0, NULL},
};

bool has_rule(const struct set *s, const json_t *record, const char *what) {
    for (size_t i = 0; i < TN_LEN(rules); i++) {
        if (strstr(rules[i].what, what) && rules[i].covers(s, record)) {
            if (rules[i].last != record) {
                ++*(json_object_get(record, "images") ? &rules[i].rows : &rules[i].dumps);
            }
            rules[i].last = record;
            return true;
        }
    }
    return false;
}

void print_rules(void) {
    for (size_t i = 0; i < TN_LEN(rules); i++) {
        printf("  %-36s %u dumps, %u rows\n", rules[i].name, rules[i].dumps, rules[i].rows);
    }
}

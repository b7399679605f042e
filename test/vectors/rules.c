// SPDX-License-Identifier: Apache-2.0
// Differences on purpose, by their names in SPEC.md, and differences in bytes that the vectors'
// README allows.
//
// Each rule decides by the flash at the beginning of the boot (struct start). So it covers a
// situation, not only the known records. Of a record it reads only what MCUboot did.
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "vectors.h"

struct rule {
    const char *name;
    const char *what;  // words that has_rule gets
    bool (*covers)(const struct set *s, const json_t *r);
    unsigned dumps;  // how many dumps needed it
    unsigned rows;
    const json_t *last;
};

static bool is(const json_t *r, const char *member, const char *value) {
    return !strcmp(text(r, member), value);
}

// ---- Situations, as the flash shows them -------------------------------------------------

// The running image is on test: a swap installed it, and it is not confirmed.
static bool on_test(const struct start *at) {
    const struct tn_trailer *t = &at->trailer[TN_PRIMARY];

    return t->magic == TN_MAGIC_GOOD && t->image_ok == TN_FLAG_UNSET;
}

// The spare slot has a request.
static bool requested(const struct start *at) {
    return at->trailer[TN_SECONDARY].magic == TN_MAGIC_GOOD;
}

// A swap was announced, but is not complete.
static bool announced(const struct set *s) {
    const struct tn_trailer *t = &s->start.trailer[TN_PRIMARY];

    return s->slots.layout->reverts && t->magic == TN_MAGIC_GOOD && t->copy_done == TN_FLAG_UNSET &&
            t->type != TN_SWAP_NONE;
}

// ---- Bytes that may differ: the vectors' README, How a test should use it, 3 and 4 ---------

// The README excuses all bytes that a torn operation leaves.
static bool readme_torn(const struct set *s, const json_t *r) {
    (void)s;
    return is(r, "kind", "torn");
}

// The spare slot still has the mark of a revert that the primary slot announces.
static bool readme_move_revert(const struct set *s, const json_t *r) {
    (void)r;
    return s->slots.layout == &tn_layout_swap_move && requested(&s->start) &&
            s->start.trailer[TN_SECONDARY].image_ok == TN_FLAG_SET &&
            s->start.trailer[TN_PRIMARY].type == TN_SWAP_REVERT;
}

// A swap is in progress, and the incoming image is longer by two sectors or more.
static bool readme_longer(const struct set *s, const json_t *r) {
    uint32_t sector = s->runs[0].sector_size;
    bool back = is(r, "running", image_names[0]);
    size_t old_sectors = (s->image[back].len + sector - 1) / sector;
    size_t new_sectors = (s->image[!back].len + sector - 1) / sector;

    return s->slots.layout == &tn_layout_swap_offset && announced(s) &&
            new_sectors >= old_sectors + 2;
}

// Encrypted images, the incoming one is longer, and only bytes behind the old image differ, in the
// spare slot: a resumed MCUboot copies more than the image has.
static bool readme_behind_old(const struct set *s, const json_t *r) {
    const struct tn_area *spare = &s->slots.area[TN_SECONDARY];
    bool back = is(r, "running", image_names[0]);

    return s->crypt.ops && s->slots.layout == &tn_layout_swap_offset &&
            s->image[!back].len > s->image[back].len &&
            s->first_diff >= spare->off + s->image[back].len &&
            s->last_diff < spare->off + spare->size;
}

// ---- Differences on purpose: SPEC.md, Trailers ------------------------------------------------

// Only if MCUboot starts nothing.
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

// A swap was announced, nothing has moved yet, and the incoming image is not genuine.
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

// MCUboot stops at each boot: it cannot encrypt the running image, which has no key for this
// device.
static bool no_way_back(const struct set *s, const json_t *r) {
    return s->crypt.ops && is(r, "result", "assert") && !s->start.image[TN_RUNNING] &&
            requested(&s->start);
}

#define ALL "running decision next erases"

static struct rule rules[] = {
        {"README: torn", "bytes", readme_torn, 0, 0, NULL},
        {"README: swap-move, revert marked", "bytes", readme_move_revert, 0, 0, NULL},
        {"README: longer by two sectors", "bytes", readme_longer, 0, 0, NULL},
        {"README: behind the old image", "bytes", readme_behind_old, 0, 0, NULL},
        {"FALLBACK", ALL, fallback, 0, 0, NULL},
        {"TORN-REQUEST", ALL, torn_request, 0, 0, NULL},
        {"TORN-DONE", ALL, torn_done, 0, 0, NULL},
        {"TORN-MARK", "erases", torn_mark, 0, 0, NULL},
        {"NOTHING-TO-SWAP", ALL " bytes", nothing_to_swap, 0, 0, NULL},
        {"NOTHING-TO-REVERT", ALL " bytes", nothing_to_revert, 0, 0, NULL},
        {"DISCARD", ALL " bytes", discard, 0, 0, NULL},
        {"NO-WAY-BACK", ALL, no_way_back, 0, 0, NULL},
        {"TYPE-OF-SWAP", "next", type_of_swap, 0, 0, NULL},
};

bool has_rule(const struct set *s, const json_t *record, const char *what) {
    for (size_t i = 0; i < TN_LEN(rules); i++) {
        if (strstr(rules[i].what, what) && rules[i].covers(s, record)) {
            if (rules[i].last != record) {
                ++*(json_object_get(record, "file") ? &rules[i].dumps : &rules[i].rows);
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

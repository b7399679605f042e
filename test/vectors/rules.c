// SPDX-License-Identifier: Apache-2.0
// Differences on purpose, by the names that SPEC.md gives them, and what the vectors' README says
// may differ in bytes.
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

// A member of a row's trailer: 0 magic, 1 image_ok, 2 copy_done.
static bool flag_is(const json_t *row, const char *slot, size_t nth, const char *value) {
    const char *have = json_string_value(json_array_get(json_object_get(row, slot), nth));

    return have && !strcmp(have, value);
}

static bool on_test(const json_t *row) {
    return flag_is(row, "primary", 0, "good") && flag_is(row, "primary", 1, "unset");
}

// The vectors' README, How a test should use it, 3 and 4.
static bool readme_torn(const struct set *s, const json_t *r) {
    (void)s;
    return is(r, "kind", "torn");
}

static bool readme_move_revert(const struct set *s, const json_t *r) {
    return s->slots.layout == &tn_layout_swap_move && is(r, "operation", "revert");
}

static bool readme_overwrite(const struct set *s, const json_t *r) {
    return s->slots.layout == &tn_layout_overwrite_only && is(r, "operation", "upgrade-permanent");
}

static bool readme_longer(const struct set *s, const json_t *r) {
    uint32_t sector = s->runs[0].sector_size;
    bool back = is(r, "operation", "upgrade-test-over-confirmed");
    size_t old_sectors = (s->image[back].len + sector - 1) / sector;
    size_t new_sectors = (s->image[!back].len + sector - 1) / sector;

    return s->slots.layout == &tn_layout_swap_offset && new_sectors >= old_sectors + 2;
}

static bool fallback(const struct set *s, const json_t *r) {
    (void)s;
    return is(r, "result", "boot-failed");
}

static bool torn_request(const struct set *s, const json_t *r) {
    (void)s;
    return flag_is(r, "secondary", 0, "good") && flag_is(r, "secondary", 1, "bad");
}

static bool torn_done(const struct set *s, const json_t *r) {
    (void)s;
    const char *area = json_string_value(json_array_get(json_object_get(r, "interrupted"), 1));

    return (on_test(r) && flag_is(r, "primary", 2, "bad")) ||
            (is(r, "tear", "write-single-unit-half-of-bits") && area && !strcmp(area, "primary") &&
                    !strncmp(text(r, "operation"), "upgrade-test", 12));
}

static bool torn_mark(const struct set *s, const json_t *r) {
    (void)s;
    return is(r, "swap_type", "revert") && flag_is(r, "secondary", 0, "bad");
}

static bool nothing_to_revert(const struct set *s, const json_t *r) {
    (void)s;
    bool empty = is(r, "images", "secondary-empty") || is(r, "images", "secondary-bad-hash") ||
            is(r, "operation", "test-running.secondary-erased");

    return empty && (!json_object_get(r, "images") || on_test(r));
}

static bool discard(const struct set *s, const json_t *r) {
    (void)s;
    bool left = is(r, "images", "both-valid") && json_object_get(r, "secondary_image_at") &&
            !number(r, "secondary_image_at");

    return is(r, "operation", "pristine.upload-at-sector-0-requested") ||
            is(r, "operation", "confirmed.upload-half-requested") ||
            (left && on_test(r) && flag_is(r, "primary", 2, "set") &&
                    flag_is(r, "secondary", 0, "good"));
}

static bool type_of_swap(const struct set *s, const json_t *r) {
    return s->slots.layout == &tn_layout_swap_scratch && flag_is(r, "primary", 2, "unset") &&
            !flag_is(r, "secondary", 0, "good") && flag_is(r, "secondary", 1, "set");
}

#define ALL "running decision next erases"

static struct rule rules[] = {
        {"README: torn", "bytes", readme_torn, 0, 0, NULL},
        {"README: swap-move, revert marked", "bytes", readme_move_revert, 0, 0, NULL},
        {"README: overwrite-only, last erase", "bytes", readme_overwrite, 0, 0, NULL},
        {"README: longer by two sectors", "bytes", readme_longer, 0, 0, NULL},
        {"FALLBACK", ALL, fallback, 0, 0, NULL},
        {"TORN-REQUEST", ALL, torn_request, 0, 0, NULL},
        {"TORN-DONE", ALL, torn_done, 0, 0, NULL},
        {"TORN-MARK", "erases", torn_mark, 0, 0, NULL},
        {"NOTHING-TO-REVERT", "next bytes", nothing_to_revert, 0, 0, NULL},
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

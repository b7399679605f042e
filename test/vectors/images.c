// SPDX-License-Identifier: Apache-2.0
#include "images.h"

#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "base/err.h"
#include "boot/check.h"
#include "boot/set.h"

static const char *const areas[PAIR][2] = {{"primary", "secondary"}, {"primary1", "secondary1"}};

bool has_pairs(const json_t *manifest) {
    const json_t *set = json_array_get(json_object_get(manifest, "sets"), 0);

    return json_object_get(json_object_get(set, "areas"), areas[1][0]);
}

// All four areas have sectors of one size, and stand behind each other.
void pair_open(struct pair *p, const char *dir, const json_t *manifest, const json_t *def) {
    const json_t *g =
            json_object_get(json_object_get(manifest, "geometries"), text(def, "geometry"));
    const json_t *all = json_object_get(def, "areas");
    uint32_t size = 0;

    memset(p, 0, sizeof(*p));
    p->name = text(def, "strategy");
    p->dir = dir;
    p->images = json_object_get(manifest, "images");
    for (uint8_t i = 0; i < PAIR; i++) {
        struct tn_slots *s = &p->slots[i];
        s->layout = tn_layout_by_name(p->name);
        if (!s->layout) {
            die("no such strategy:", p->name);
        }
        s->image = i;
        s->max_sectors = (uint16_t)number(g, "max_img_sectors");
        s->max_align = (uint16_t)number(g, "max_align");
        for (int slot = 0; slot < 2; slot++) {
            const json_t *area = json_object_get(all, areas[i][slot]);
            s->area[slot] = (struct tn_area){&p->nor.flash, size, (uint32_t)number(area, "size")};
            size += s->area[slot].size;
            p->run.sector_size = (uint32_t)json_integer_value(
                    json_array_get(json_object_get(area, "sectors"), 0));
        }
    }
    p->run.count = size / p->run.sector_size;
    tn_nor_init(&p->nor, vectors_mem, &p->run, 1, (uint16_t)number(g, "write_align"),
            (uint8_t)number(g, "erased_value"));
}

const char *pair_image_at(const struct pair *p, const uint8_t *bytes, size_t len) {
    const char *name;
    json_t *def;
    const char *found = NULL;

    json_object_foreach((json_t *)p->images, name, def) {
        struct tn_buf image = read_vectors(p->dir, text(def, "file"));
        if (image.len <= len && !memcmp(bytes, image.p, image.len)) {
            found = name;
        }
        tn_buf_free(&image);
    }
    return found;
}

void pair_note_start(struct pair *p) {
    for (int i = 0; i < PAIR; i++) {
        struct pair_start *at = &p->start[i];
        for (int slot = 0; slot < 2; slot++) {
            tn_trailer_read(&p->slots[i], (enum tn_slot)slot, &at->trailer[slot]);
        }
        for (int place = TN_RUNNING; place <= TN_PREVIOUS; place++) {
            struct tn_image_src src;
            tn_slots_source(&p->slots[i], (enum tn_place)place, &src);
            at->genuine[place] = pair_image_at(
                    p, vectors_mem + src.area->off + src.off, src.area->size - src.off);
        }
        struct tn_image_src src;
        struct tn_image_hdr hdr;
        tn_slots_source(&p->slots[i], TN_CANDIDATE, &src);
        at->no_candidate = tn_image_open(&src, &hdr) == TN_EMAGIC;
    }
}

static int note_swap(void *ctx, enum tn_moment at, struct tn_boot *b) {
    struct pair_outcome *ret = ctx;

    if (at == TN_AT_END && b->plan.action == TN_PLAN_SWAP && !b->rc) {
        ret->type[b->slots->image] = b->plan.type;
    }
    return 0;
}

struct pair_outcome pair_boot(struct pair *p) {
    struct tn_boot b[PAIR] = {{.next = &b[1]}};
    struct pair_outcome ret = {.started = true, .type = {TN_SWAP_NONE, TN_SWAP_NONE}};

    for (int i = 0; i < PAIR; i++) {
        b[i].slots = &p->slots[i];
        b[i].strategy = tn_strategy_of(p->slots[i].layout);
        b[i].trust = &vectors_trust;
    }
    tn_nor_power_on(&p->nor);
    tn_set_settle(b, note_swap, &ret);
    for (int i = 0; i < PAIR; i++) {
        const struct tn_area *pri = &p->slots[i].area[TN_PRIMARY];
        const char *name = pair_image_at(p, vectors_mem + pri->off, pri->size);
        ret.started = ret.started && b[i].plan.action == TN_PLAN_RUN;
        snprintf(ret.running[i], sizeof(ret.running[i]), "%s", name ? name : "");
    }
    if (!ret.started) {
        ret.running[0][0] = ret.running[1][0] = 0;
    }
    return ret;
}

// ---- Differences on purpose: SPEC.md, Trailers ------------------------------------------------

struct rule {
    const char *name;
    const char *what;
    bool (*covers)(const struct pair *p, const json_t *r);
    unsigned dumps, rows;
    const json_t *last;
};

static bool requested(const struct pair_start *at) {
    return at->trailer[TN_SECONDARY].magic == TN_MAGIC_GOOD;
}

static bool on_test(const struct pair_start *at) {
    const struct tn_trailer *t = &at->trailer[TN_PRIMARY];

    return t->magic == TN_MAGIC_GOOD && t->image_ok == TN_FLAG_UNSET;
}

// A swap was announced and is not complete.
static bool announced(const struct pair *p, const struct pair_start *at) {
    const struct tn_trailer *t = &at->trailer[TN_PRIMARY];

    return p->slots->layout->reverts && t->magic == TN_MAGIC_GOOD &&
            t->copy_done == TN_FLAG_UNSET && t->type != TN_SWAP_NONE;
}

static bool readme_torn(const struct pair *p, const json_t *r) {
    (void)p;
    return !strcmp(text(r, "kind"), "torn");
}

// As in rules.c: the revert's mark still stands, or a resumed copy is of another length.
static bool readme_resumed(const struct pair *p, const json_t *r) {
    bool ret = false;

    (void)r;
    for (int i = 0; i < PAIR; i++) {
        ret |= announced(p, &p->start[i]);
    }
    return ret;
}

// Only if MCUboot starts nothing.
static bool fallback(const struct pair *p, const json_t *r) {
    bool ret = false;

    for (int i = 0; i < PAIR; i++) {
        const bool *genuine = p->start[i].genuine;
        ret |= !genuine[TN_RUNNING] && (genuine[TN_CANDIDATE] || genuine[TN_PREVIOUS]);
    }
    return ret && strcmp(text(r, "result"), "ok");
}

// The candidate of one request is not genuine: MCUboot installs the other one.
static bool set_stops(const struct pair *p, const json_t *r) {
    bool is_bad = false;
    bool all = true;

    (void)r;
    for (int i = 0; i < PAIR; i++) {
        const struct pair_start *at = &p->start[i];
        bool is_gone = at->no_candidate && !p->slots->layout->reverts;
        is_bad |= requested(at) && !announced(p, at) && !at->genuine[TN_CANDIDATE] && !is_gone;
        all &= requested(at);
    }
    return is_bad && all;
}

static bool is_any(const struct pair *p, bool (*is)(const struct pair_start *at)) {
    return is(&p->start[0]) || is(&p->start[1]);
}

static bool is_bad_request(const struct pair_start *at) {
    return requested(at) && !at->genuine[TN_CANDIDATE];
}

static bool discard(const struct pair *p, const json_t *r) {
    (void)r;
    return is_any(p, is_bad_request);
}

static bool is_torn_request(const struct pair_start *at) {
    return requested(at) && at->trailer[TN_SECONDARY].image_ok == TN_FLAG_BAD;
}

static bool torn_request(const struct pair *p, const json_t *r) {
    (void)r;
    return is_any(p, is_torn_request);
}

static bool is_torn_done(const struct pair_start *at) {
    return on_test(at) && at->trailer[TN_PRIMARY].copy_done == TN_FLAG_BAD;
}

static bool torn_done(const struct pair *p, const json_t *r) {
    (void)r;
    return is_any(p, is_torn_done);
}

static struct rule rules[] = {
        {"README: torn", "bytes", readme_torn, 0, 0, NULL},
        {"README: resumed", "bytes", readme_resumed, 0, 0, NULL},
        {"FALLBACK", "running later decision next bytes", fallback, 0, 0, NULL},
        {"SET-STOPS", "running later decision next bytes", set_stops, 0, 0, NULL},
        {"DISCARD", "next bytes", discard, 0, 0, NULL},
        {"TORN-REQUEST", "running later decision next", torn_request, 0, 0, NULL},
        {"TORN-DONE", "running later decision next", torn_done, 0, 0, NULL},
};

bool pair_has_rule(const struct pair *p, const json_t *record, const char *what) {
    for (size_t i = 0; i < TN_LEN(rules); i++) {
        if (strstr(rules[i].what, what) && rules[i].covers(p, record)) {
            if (rules[i].last != record) {
                ++*(json_object_get(record, "file") ? &rules[i].dumps : &rules[i].rows);
            }
            rules[i].last = record;
            return true;
        }
    }
    return false;
}

void pair_print_rules(void) {
    for (size_t i = 0; i < TN_LEN(rules); i++) {
        printf("  %-36s %u dumps, %u rows\n", rules[i].name, rules[i].dumps, rules[i].rows);
    }
}

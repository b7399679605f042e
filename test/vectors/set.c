// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "boot/check.h"
#include "boot/settle.h"
#include "vectors.h"

const char *const image_names[IMAGES] = {"v1", "v2"};
uint8_t vectors_mem[DUMP_MAX];

void die(const char *what, const char *name) {
    fprintf(stderr, "run_vectors: %s %s\n", what, name);
    exit(1);
}

const char *text(const json_t *o, const char *name) {
    const char *s = json_string_value(json_object_get(o, name));

    return s ? s : "";
}

long number(const json_t *o, const char *name) {
    return (long)json_integer_value(json_object_get(o, name));
}

struct tn_buf read_vectors(const char *dir, const char *name) {
    char path[4096];
    struct tn_buf buf = {0};
    struct tn_fault fault = {0};

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    if (tn_file_read(path, &buf, &fault)) {
        die("cannot read", path);
    }
    return buf;
}

json_t *read_json(const char *dir, const char *name) {
    struct tn_buf file = read_vectors(dir, name);
    json_error_t error;
    json_t *ret = json_loadb((const char *)file.p, file.len, 0, &error);

    if (!ret) {
        die(name, error.text);
    }
    tn_buf_free(&file);
    return ret;
}

static const struct tn_layout *find_layout(const char *name) {
    const struct tn_layout *ret = tn_layout_by_name(name);

    if (!ret) {
        die("no such strategy:", name);
    }
    return ret;
}

// Appends an area behind the others, with its sectors as runs.
static void add_area(struct set *s, enum tn_slot slot, const json_t *area) {
    const json_t *sectors = json_object_get(area, "sectors");
    struct tn_flash_run *run = &s->runs[s->nor.flash.nruns];
    size_t i;
    json_t *sector;

    s->slots.area[slot] =
            (struct tn_area){&s->nor.flash, (uint32_t)s->size, (uint32_t)number(area, "size")};
    json_array_foreach(sectors, i, sector) {
        uint32_t size = (uint32_t)json_integer_value(sector);
        if (run == s->runs || run[-1].sector_size != size) {
            if (run == s->runs + RUNS_MAX) {
                die("too many kinds of sectors:", s->name);
            }
            *run++ = (struct tn_flash_run){size, 0};
        }
        run[-1].count++;
    }
    s->nor.flash.nruns = (uint8_t)(run - s->runs);
    s->size += s->slots.area[slot].size;
}

void open_set(struct set *s, const char *dir, const json_t *manifest, const char *geometry,
        const char *strategy, const json_t *areas, const char *zip) {
    static const char *const names[TN_AREAS] = {"primary", "secondary", "scratch"};
    const json_t *g = json_object_get(json_object_get(manifest, "geometries"), geometry);
    const json_t *images = json_object_get(json_object_get(manifest, "images"), geometry);

    memset(s, 0, sizeof(*s));
    s->name = zip ? zip : strategy;
    for (int slot = 0; slot < TN_AREAS; slot++) {
        const json_t *area = json_object_get(areas, names[slot]);
        if (area) {
            add_area(s, (enum tn_slot)slot, area);
        }
    }
    tn_nor_init(&s->nor, vectors_mem, s->runs, s->nor.flash.nruns,
            (uint16_t)number(g, "write_align"), (uint8_t)number(g, "erased_value"));
    s->slots.layout = find_layout(strategy);
    s->slots.max_sectors = (uint16_t)number(g, "max_img_sectors");
    s->slots.max_align = (uint16_t)number(g, "max_align");
    s->slots.magic = tn_trailer_magic(s->slots.max_align);
    if (zip) {
        s->zip = read_vectors(dir, zip);
    }
    for (int i = 0; i < IMAGES; i++) {
        s->image[i] = read_vectors(dir, text(json_object_get(images, image_names[i]), "file"));
    }
}

void close_set(struct set *s) {
    tn_buf_free(&s->zip);
    tn_buf_free(&s->image[0]);
    tn_buf_free(&s->image[1]);
}

static int note_swap(void *ctx, enum tn_moment at, struct tn_boot *b) {
    struct outcome *ret = ctx;

    if (at == TN_AT_BEGIN && b->plan.action == TN_PLAN_SWAP) {
        ret->type = b->plan.type;
    }
    return 0;
}

// Only the images of the set are signed, so a genuine image is one of them.
static uint8_t image_in(const struct set *s, enum tn_place place) {
    struct tn_image_src src;

    tn_slots_source(&s->slots, place, &src);
    for (uint8_t i = 0; i < IMAGES; i++) {
        const struct tn_buf *image = &s->image[i];
        if (image->len <= src.limit - src.off &&
                !memcmp(vectors_mem + src.area->off + src.off, image->p, image->len)) {
            return (uint8_t)(i + 1);
        }
    }
    return 0;
}

void note_start(struct set *s) {
    for (int slot = TN_PRIMARY; slot <= TN_SECONDARY; slot++) {
        tn_trailer_read(&s->slots, (enum tn_slot)slot, &s->start.trailer[slot]);
    }
    for (int place = TN_RUNNING; place <= TN_PREVIOUS; place++) {
        s->start.image[place] = image_in(s, (enum tn_place)place);
    }
    s->start.has_record = tn_trailer_has_record(&s->slots, 0);
}

struct outcome boot_set(struct set *s) {
    struct tn_boot b = {.slots = &s->slots,
            .strategy = tn_strategy_of(s->slots.layout),
            .trust = &vectors_trust};
    struct outcome ret = {NULL, TN_SWAP_NONE};

    tn_nor_power_on(&s->nor);
    tn_boot_settle(&b, note_swap, &ret);
    for (int i = 0; b.plan.action == TN_PLAN_RUN && i < IMAGES; i++) {
        if (!memcmp(vectors_mem, s->image[i].p, s->image[i].len)) {
            ret.running = image_names[i];
        }
    }
    return ret;
}

bool is_whole(const struct set *s, int image) {
    const struct tn_buf *img = &s->image[image];

    for (int slot = TN_PRIMARY; slot <= TN_SECONDARY; slot++) {
        const struct tn_area *a = &s->slots.area[slot];
        struct tn_sector sector = {0, 0};
        while (!tn_area_sector(a, sector.off + sector.size, &sector)) {
            if (sector.off + img->len <= a->size &&
                    !memcmp(vectors_mem + a->off + sector.off, img->p, img->len)) {
                return true;
            }
        }
    }
    return false;
}

const char *type_name(enum tn_swap_type type) {
    static const char *const names[] = {"", "none", "test", "perm", "revert"};

    return names[type];
}

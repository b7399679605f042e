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

// Both forms of an encrypted image, of which the directory has one.
static void read_image(struct set *s, const char *dir, const json_t *image, int i) {
    s->image[i] = read_vectors(dir, text(image, "file"));
    s->stored[i] = read_vectors(dir, text(image, "file"));
    const char *key = text(image, "image_key");
    if (*key) {
        const struct tn_buf *other =
                strcmp(text(image, "form"), "clear") ? &s->image[i] : &s->stored[i];
        convert_payload(other->p, (uint32_t)number(image, "header_size"),
                (uint32_t)number(image, "payload_size"), key);
    }
}

static void set_crypt(struct set *s, const json_t *def) {
    s->slots.encrypted = TN_IMAGE_ENCRYPTED;
    s->slots.plain_keys = !json_is_true(json_object_get(def, "save_enctlv"));
    s->slots.key_cell = (uint16_t)number(def, "key_cell");
    s->crypt.ops = &tn_encrypted;
}

void open_dumps(struct set *s, const char *dir) {
    char path[4096];

    snprintf(path, sizeof(path), "%s/%s", dir, s->name);
    dumps_open(&s->dumps, path);
}

// True if the row does not have this member, or the same value.
static bool same(const json_t *row, const json_t *def, const char *name) {
    const json_t *value = json_object_get(row, name);

    return !value || json_equal(value, json_object_get(def, name));
}

const json_t *find_set(const json_t *manifest, const char *geometry, const json_t *row) {
    size_t i;
    json_t *def;

    json_array_foreach(json_object_get(manifest, "sets"), i, def) {
        if (!strcmp(geometry, text(def, "geometry")) && same(row, def, "strategy") &&
                same(row, def, "wrap") && same(row, def, "aes") && same(row, def, "save_enctlv")) {
            return def;
        }
    }
    return NULL;
}

void open_set(struct set *s, const char *dir, const json_t *manifest, const json_t *def) {
    static const char *const names[TN_AREAS] = {"primary", "secondary", "scratch"};
    const char *geometry = text(def, "geometry");
    const json_t *g = json_object_get(json_object_get(manifest, "geometries"), geometry);
    const char *wrapped = text(def, "images");
    const json_t *images =
            json_object_get(json_object_get(manifest, "images"), *wrapped ? wrapped : geometry);
    const json_t *areas = json_object_get(def, "areas");

    memset(s, 0, sizeof(*s));
    s->name = text(def, "zip");
    for (int slot = 0; slot < TN_AREAS; slot++) {
        const json_t *area = json_object_get(areas, names[slot]);
        if (area) {
            add_area(s, (enum tn_slot)slot, area);
        }
    }
    tn_nor_init(&s->nor, vectors_mem, s->runs, s->nor.flash.nruns,
            (uint16_t)number(g, "write_align"), (uint8_t)number(g, "erased_value"));
    s->slots.layout = find_layout(text(def, "strategy"));
    s->slots.max_sectors = (uint16_t)number(g, "max_img_sectors");
    s->slots.max_align = (uint16_t)number(g, "max_align");
    s->slots.magic = tn_trailer_magic(s->slots.max_align);
    if (*wrapped) {
        set_crypt(s, def);
        s->crypt.secrets = load_secrets(dir, def);
    }
    for (int i = 0; i < IMAGES; i++) {
        read_image(s, dir, json_object_get(images, image_names[i]), i);
    }
}

void close_set(struct set *s) {
    dumps_close(&s->dumps);
    for (int i = 0; i < IMAGES; i++) {
        tn_buf_free(&s->image[i]);
        tn_buf_free(&s->stored[i]);
    }
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
        const struct tn_buf *image = place == TN_RUNNING ? &s->image[i] : &s->stored[i];
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
            .trust = &vectors_trust,
            .crypt = s->crypt.ops ? &s->crypt : NULL};
    struct outcome ret = {.type = TN_SWAP_NONE};

    tn_nor_power_on(&s->nor);
    tn_boot_settle(&b, note_swap, &ret);
    tn_crypt_end(&s->crypt);
    ret.started = b.plan.action == TN_PLAN_RUN;
    for (int i = 0; b.plan.action == TN_PLAN_RUN && i < IMAGES; i++) {
        if (!memcmp(vectors_mem, s->image[i].p, s->image[i].len)) {
            ret.running = image_names[i];
        }
    }
    return ret;
}

// True if these bytes lie at the beginning of a sector of either slot.
static bool is_somewhere(const struct set *s, const struct tn_buf *img) {
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

bool is_whole(const struct set *s, int image) {
    return is_somewhere(s, &s->image[image]) || is_somewhere(s, &s->stored[image]);
}

const char *type_name(enum tn_swap_type type) {
    static const char *const names[] = {"", "none", "test", "perm", "revert"};

    return names[type];
}

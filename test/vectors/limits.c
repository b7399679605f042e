// SPDX-License-Identifier: Apache-2.0
// MCUboot's exact limits. The loader must also install an image of that size, with both images
// whole. It must refuse an image of one byte more, and the old image runs on.
#include <stdio.h>
#include <string.h>

#include "support/device.h"
#include "vectors.h"

static struct test_image old_image;
static struct test_image new_image;

static uint8_t *place_mem(const struct set *s, enum tn_place place) {
    struct tn_image_src src;

    tn_slots_source(&s->slots, place, &src);
    return vectors_mem + src.area->off + src.off;
}

static bool holds(const struct set *s, enum tn_place place, const struct test_image *image) {
    return !memcmp(place_mem(s, place), image->bytes, image->len);
}

// Installs an image of this size, permanent. True if it runs and, with a strategy that keeps the
// old image, the old one is whole.
static bool installs(struct set *s, uint32_t old_len, uint32_t total) {
    test_image_make(&old_image, 1, old_len, TWIST_NONE);
    test_image_make(&new_image, 2, 1, TWIST_NONE);
    test_image_make(&new_image, 2, total - (new_image.len - 1), TWIST_NONE);
    memset(vectors_mem, s->nor.flash.erased, s->size);
    tn_nor_power_on(&s->nor);
    memcpy(place_mem(s, TN_RUNNING), old_image.bytes, old_image.len);
    memcpy(place_mem(s, TN_CANDIDATE), new_image.bytes, new_image.len);
    tn_trailer_put(&s->slots, TN_SECONDARY, TN_CELL_IMAGE_OK, 1);
    tn_trailer_put_magic(&s->slots, TN_SECONDARY);
    boot_set(s);
    if (holds(s, TN_RUNNING, &new_image)) {
        return !s->slots.layout->reverts || holds(s, TN_PREVIOUS, &old_image);
    }
    if (!holds(s, TN_RUNNING, &old_image)) {
        die("the old image is lost in", s->name);
    }
    return false;
}

static void check(struct set *s, const json_t *row) {
    uint32_t max = (uint32_t)number(row, "max_accepted_total");
    uint32_t old_len = (uint32_t)number(row, "old_image_size") - 200;

    counts.limits++;
    if (tn_slots_max_image(&s->slots) != max || !installs(s, old_len, max) ||
            installs(s, old_len, max + 1)) {
        fprintf(stderr, "limit differs: %s %s: MCUboot's is %u, ours %u\n", text(row, "geometry"),
                s->name, max, tn_slots_max_image(&s->slots));
        counts.limits_differ++;
    }
}

void run_limits(const char *dir, const json_t *manifest) {
    json_t *file = read_json(dir, "limits.json");
    size_t i, j;
    json_t *row, *def;

    json_array_foreach(json_object_get(file, "rows"), i, row) {
        json_array_foreach(json_object_get(manifest, "sets"), j, def) {
            if (!strcmp(text(row, "geometry"), text(def, "geometry")) &&
                    !strcmp(text(row, "strategy"), text(def, "strategy"))) {
                struct tn_trust trust = vectors_trust;
                struct set s;
                open_set(&s, dir, manifest, def);
                vectors_trust = test_trust;
                check(&s, row);
                vectors_trust = trust;
                close_set(&s);
            }
        }
    }
    json_decref(file);
}

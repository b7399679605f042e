// SPDX-License-Identifier: Apache-2.0
// MCUboot's decisions, row by row. Builds the slots that decisions.json describes, boots, and
// compares the decision, the running image, the number of erases and the next decision.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "crypto/hash.h"
#include "vectors.h"

static uint8_t *area_mem(const struct set *s, enum tn_slot slot) {
    return vectors_mem + s->slots.area[slot].off;
}

static void put_image(const struct set *s, enum tn_slot slot, long off, bool damaged) {
    const struct tn_buf *image = &s->image[slot];
    uint8_t *p = area_mem(s, slot) + off;

    memcpy(p, image->p, image->len);
    p[tn_get_le16(image->p + 8) + 100] ^= damaged;
}

static void put_flag(const struct set *s, enum tn_slot slot, enum tn_cell cell, const char *word) {
    if (strcmp(word, "unset")) {
        tn_trailer_put(&s->slots, slot, cell, strcmp(word, "set") ? 0x55 : 1);
    }
}

// [magic, image_ok, copy_done, swap_info byte]
static void put_trailer(const struct set *s, enum tn_slot slot, const json_t *fields) {
    const char *word[3];

    for (size_t i = 0; i < 3; i++) {
        word[i] = json_string_value(json_array_get(fields, i));
    }
    if (strcmp(word[0], "unset")) {
        tn_trailer_put_magic(&s->slots, slot);
    }
    if (!strcmp(word[0], "bad")) {
        memset(area_mem(s, slot) + s->slots.area[slot].size - 8, s->nor.flash.erased, 8);
    }
    put_flag(s, slot, TN_CELL_IMAGE_OK, word[1]);
    put_flag(s, slot, TN_CELL_COPY_DONE, word[2]);
    const json_t *info = json_array_get(fields, 3);
    if (json_is_integer(info)) {
        tn_trailer_put(&s->slots, slot, TN_CELL_SWAP_INFO, (uint32_t)json_integer_value(info));
    }
}

static void build(struct set *s, const json_t *row) {
    bool empty = !strcmp(text(row, "images"), "secondary-empty");

    memset(vectors_mem, s->nor.flash.erased, s->size);
    tn_nor_power_on(&s->nor);
    put_image(s, TN_PRIMARY, 0, !strcmp(text(row, "images"), "primary-bad-hash"));
    if (!empty) {
        put_image(s, TN_SECONDARY, number(row, "secondary_image_at"),
                !strcmp(text(row, "images"), "secondary-bad-hash"));
    }
    put_trailer(s, TN_PRIMARY, json_object_get(row, "primary"));
    put_trailer(s, TN_SECONDARY, json_object_get(row, "secondary"));
}

// Checks that the flash that we built equals the one that MCUboot started from.
static void check_start(const struct set *s, const json_t *row) {
    for (int slot = TN_PRIMARY; slot <= TN_SECONDARY; slot++) {
        const char *want = json_string_value(
                json_array_get(json_object_get(row, "start_sha256"), (size_t)slot));
        struct tn_hash h;
        uint8_t hash[TN_HASH_MAX];
        char hex[17];
        tn_hash_begin(&h, &tn_sha256_bearssl);
        tn_hash_add(&h, area_mem(s, (enum tn_slot)slot), s->slots.area[slot].size);
        tn_hash_end(&h, hash);
        for (int i = 0; i < 8; i++) {
            snprintf(hex + 2 * i, 3, "%02x", hash[i]);
        }
        if (!want || strcmp(want, hex)) {
            die("a row's slots were built wrongly:", s->name);
        }
    }
}

static void print_row(const struct set *s, const json_t *row, const char *what, const char *got) {
    char *words = json_dumps(row, JSON_COMPACT);

    fprintf(stderr, "differs: %s %s: %s, row %s\n", s->name, what, got, words);
    free(words);
}

// Runs one row. Returns 1 if it differs from MCUboot and no rule names the difference.
static unsigned check(struct set *s, const json_t *row) {
    static const char *const kinds[] = {"running", "decision", "next", "erases"};
    struct tn_trailer t[2];
    char erases[16];

    build(s, row);
    check_start(s, row);
    note_start(s);
    struct outcome got = boot_set(s);
    unsigned done = s->nor.erases;
    unsigned theirs = 0;
    size_t i;
    json_t *n;
    json_array_foreach(json_object_get(row, "erases"), i, n) {
        theirs += (unsigned)json_integer_value(n);
    }
    snprintf(erases, sizeof(erases), "%u", done);
    tn_trailer_read(&s->slots, TN_PRIMARY, &t[0]);
    tn_trailer_read(&s->slots, TN_SECONDARY, &t[1]);
    const char *have[] = {got.running ? got.running : "", type_name(got.type),
            type_name(tn_boot_next(&t[0], &t[1], s->slots.layout)), erases};
    // MCUboot's name for a swap that it then did not carry out.
    const char *type = text(row, "swap_type_done");
    type = strcmp(type, "fail") ? type : "none";
    bool same[] = {!strcmp(have[0], text(row, "running")), !strcmp(have[1], type),
            !strcmp(have[2], text(row, "next_swap_type")), done <= theirs};
    unsigned differs = 0;
    for (int k = 0; k < 4; k++) {
        if (!same[k] && !has_rule(s, row, kinds[k])) {
            print_row(s, row, kinds[k], have[k]);
            differs = 1;
        }
    }
    return differs;
}

void run_decisions(const char *dir, const json_t *manifest) {
    json_t *file = read_json(dir, "decisions.json");
    const char *strategy;
    json_t *areas;

    json_object_foreach(json_object_get(file, "sets"), strategy, areas) {
        json_t *def =
                json_pack("{s:O, s:s, s:s, s:O}", "geometry", json_object_get(file, "geometry"),
                        "zip", strategy, "strategy", strategy, "areas", areas);
        struct set s;
        size_t i;
        json_t *row;
        open_set(&s, dir, manifest, def);
        json_array_foreach(json_object_get(file, "rows"), i, row) {
            if (!strcmp(text(row, "strategy"), strategy)) {
                counts.rows++;
                counts.rows_differ += check(&s, row);
            }
        }
        close_set(&s);
        json_decref(def);
    }
    json_decref(file);
}

// SPDX-License-Identifier: Apache-2.0
// Dumps and decisions of a real MCUboot with two images.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "crypto/hash.h"
#include "images.h"

static const uint8_t *get_dump(const struct dumps_archive *a, const char *name, size_t size) {
    const struct dumps_member *m = dumps_find(a, name);

    if (!m || m->len != size) {
        die("no such dump:", name);
    }
    return m->bytes;
}

static size_t size_of(const struct pair *p) {
    return (size_t)p->run.sector_size * p->run.count;
}

static void fail(const struct pair *p, const json_t *r, const char *what) {
    fprintf(stderr, "FAILED: %s %s: %s\n", p->name, text(r, "file"), what);
    counts.failed++;
}

// True if the pair that runs is the one that a member of the record names.
static bool runs(const struct pair_outcome *got, const json_t *names) {
    for (size_t i = 0; i < PAIR; i++) {
        const char *name = json_string_value(json_array_get(names, i));
        if (strcmp(got->running[i], name ? name : "")) {
            return false;
        }
    }
    return true;
}

// True if a whole image lies at the beginning of a sector of this area.
static bool has_image(const struct pair *p, int image, const char *name) {
    const json_t *def = json_object_get(p->images, name);
    struct tn_buf bytes = read_vectors(p->dir, text(def, "file"));
    bool found = false;

    for (int slot = 0; slot < 2; slot++) {
        const struct tn_area *a = &p->slots[image].area[slot];
        for (uint32_t off = 0; off + bytes.len <= a->size; off += p->run.sector_size) {
            found |= !memcmp(vectors_mem + a->off + off, bytes.p, bytes.len);
        }
    }
    tn_buf_free(&bytes);
    return found;
}

// The whole images of the device, by numbers of the manifest's list, as a set of bits.
static uint64_t whole_images(const struct pair *p) {
    uint64_t ret = 0;
    unsigned n = 0;
    const char *name;
    json_t *def;

    json_object_foreach((json_t *)p->images, name, def) {
        ret |= (uint64_t)has_image(p, (int)number(def, "image"), name) << n++;
    }
    return ret;
}

// Which image of the pair is the wrong one, so that one is new and the other old?
static bool is_half(const struct pair *p, const struct pair_outcome *got) {
    char needs[16];

    for (int i = 0; i < PAIR; i++) {
        const json_t *dependencies =
                json_object_get(json_object_get(p->images, got->running[i]), "dependencies");
        const json_t *least = json_array_get(json_array_get(dependencies, 0), 1);
        const json_t *other = json_object_get(p->images, got->running[!i]);
        if (least) {
            snprintf(needs, sizeof(needs), "%s", json_string_value(least));
            if (strcmp(text(other, "version"), strtok(needs, "+")) < 0) {
                return true;
            }
        }
    }
    return false;
}

static void check_bytes(const struct pair *p, const struct dumps_archive *a, const json_t *r) {
    char name[64];

    snprintf(name, sizeof(name), "final/%s.bin", text(r, "final"));
    const uint8_t *want = get_dump(a, name, size_of(p));
    if (memcmp(vectors_mem, want, size_of(p)) && !pair_has_rule(p, r, "bytes")) {
        size_t i = 0;
        while (vectors_mem[i] == want[i]) {
            i++;
        }
        fprintf(stderr, "differs: %s %s at 0x%zx\n", p->name, text(r, "file"), i);
        counts.bytes_differ++;
    }
}

static void check_dump(
        struct pair *p, const struct dumps_archive *a, const json_t *r, const json_t *finals) {
    bool survived = json_is_true(json_object_get(r, "survived"));
    bool mixed = json_is_true(json_object_get(r, "mixed"));

    memcpy(vectors_mem, get_dump(a, text(r, "file"), size_of(p)), size_of(p));
    uint64_t had = whole_images(p);
    counts.dumps++;
    tn_nor_power_on(&p->nor);
    pair_note_start(p);
    struct pair_outcome got = pair_boot(p);
    if (p->nor.violations) {
        fail(p, r, "a rule of the flash was broken");
        p->nor.violations = 0;
    }
    if (!got.started) {
        fail(p, r, "nothing runs");
        return;
    }
    if (p->slots->layout->reverts && (had & ~whole_images(p))) {
        fail(p, r, "an image that was whole is so no more");
    }
    if (is_half(p, &got) && !mixed) {
        fail(p, r, "half of a set runs");
    }
    if (!survived || mixed) {
        return;
    }
    if (!runs(&got, json_object_get(r, "running"))) {
        if (!pair_has_rule(p, r, "running")) {
            fail(p, r, "another pair runs");
        }
        return;
    }
    check_bytes(p, a, r);
    const json_t *next = json_object_get(json_object_get(finals, text(r, "final")), "next_boot");
    got = pair_boot(p);
    if (next && !runs(&got, json_object_get(next, "running")) && !pair_has_rule(p, r, "later")) {
        fail(p, r, "another pair runs at the next boot");
    }
}

void run_pair_dumps(const char *dir, const json_t *manifest) {
    size_t i;
    size_t k;
    json_t *def;
    json_t *r;

    json_array_foreach(json_object_get(manifest, "sets"), i, def) {
        const char *zip = text(def, "zip");
        const json_t *finals = json_object_get(json_object_get(manifest, "finals"), zip);
        struct dumps_archive a;
        struct pair p;
        char path[4096];
        pair_open(&p, dir, manifest, def);
        snprintf(path, sizeof(path), "%s/%s", dir, zip);
        dumps_open(&a, path);
        json_array_foreach(json_object_get(manifest, "records"), k, r) {
            if (!strcmp(text(r, "zip"), zip)) {
                check_dump(&p, &a, r, finals);
            }
        }
        dumps_close(&a);
    }
}

// ---- Decisions ---------------------------------------------------------------------------

static uint8_t *area_mem(const struct pair *p, size_t nth) {
    return vectors_mem + p->slots[nth / 2].area[nth % 2].off;
}

static void put_request(const struct pair *p, int image, const char *type) {
    const struct tn_slots *s = &p->slots[image];
    bool permanent = !strcmp(type, "permanent") || !s->layout->reverts;

    if (strcmp(type, "none")) {
        tn_trailer_put(s, TN_SECONDARY, TN_CELL_SWAP_INFO, permanent ? TN_SWAP_PERM : TN_SWAP_TEST);
        if (permanent) {
            tn_trailer_put(s, TN_SECONDARY, TN_CELL_IMAGE_OK, 1);
        }
        tn_trailer_put_magic(s, TN_SECONDARY);
    }
}

static void build(const struct pair *p, const json_t *row) {
    char bad[64];
    size_t i;
    json_t *name;

    memset(vectors_mem, p->nor.flash.erased, size_of(p));
    json_array_foreach(json_object_get(row, "images"), i, name) {
        if (json_is_string(name)) {
            const json_t *def = json_object_get(p->images, json_string_value(name));
            struct tn_buf image = read_vectors(p->dir, text(def, "file"));
            struct tn_image_src src;
            tn_slots_source(&p->slots[i / 2], i % 2 ? TN_CANDIDATE : TN_RUNNING, &src);
            memcpy(vectors_mem + src.area->off + src.off, image.p, image.len);
            snprintf(bad, sizeof(bad), "byte 200 of %s %zu ", i % 2 ? "candidate" : "primary",
                    i / 2);
            if (!strncmp(text(row, "bad_hash"), bad, strlen(bad))) {
                vectors_mem[src.area->off + src.off + 200] ^= 1;
            }
            tn_buf_free(&image);
        }
    }
    for (int image = 0; image < PAIR; image++) {
        put_request(p, image,
                json_string_value(json_array_get(json_object_get(row, "request"), (size_t)image)));
    }
}

// The beginning of an area's hash, as the rows have it.
static void hash_area(const struct pair *p, size_t nth, char *ret) {
    struct tn_hash h;
    uint8_t hash[TN_HASH_MAX];

    tn_hash_begin(&h, &tn_sha256_bearssl);
    tn_hash_add(&h, area_mem(p, nth), p->slots[nth / 2].area[nth % 2].size);
    tn_hash_end(&h, hash);
    for (int i = 0; i < 8; i++) {
        snprintf(ret + 2 * i, 3, "%02x", hash[i]);
    }
}

static bool has_hashes(const struct pair *p, const json_t *row, const char *member) {
    char hex[17];

    for (size_t i = 0; i < PAIR * (size_t)2; i++) {
        const char *want = json_string_value(json_array_get(json_object_get(row, member), i));
        hash_area(p, i, hex);
        if (!want || strcmp(want, hex)) {
            return false;
        }
    }
    return true;
}

static bool has_types(const json_t *want, const enum tn_swap_type *got) {
    for (size_t i = 0; i < PAIR; i++) {
        const char *name = json_string_value(json_array_get(want, i));
        // MCUboot's name for a swap that it then did not carry out.
        name = strcmp(name, "fail") ? name : "none";
        if (strcmp(name, type_name(got[i]))) {
            return false;
        }
    }
    return true;
}

static unsigned check_row(struct pair *p, const json_t *row) {
    static const char *const kinds[] = {"running", "decision", "next", "bytes", "later", "later"};
    enum tn_swap_type next[PAIR];
    unsigned differs = 0;

    if (!has_hashes(p, row, "start_sha256")) {
        die("a row's slots were built wrongly:", p->name);
    }
    tn_nor_power_on(&p->nor);
    pair_note_start(p);
    struct pair_outcome got = pair_boot(p);
    for (int i = 0; i < PAIR; i++) {
        struct tn_trailer t[2];
        tn_trailer_read(&p->slots[i], TN_PRIMARY, &t[0]);
        tn_trailer_read(&p->slots[i], TN_SECONDARY, &t[1]);
        next[i] = tn_boot_next(&t[0], &t[1], p->slots[i].layout);
    }
    bool is_same_end = has_hashes(p, row, "final_sha256");
    struct pair_outcome second = pair_boot(p);
    struct pair_outcome third = pair_boot(p);
    bool same[] = {runs(&got, json_object_get(row, "running")),
            has_types(json_object_get(row, "swap_type_done"), got.type),
            has_types(json_object_get(row, "next_swap_type"), next), is_same_end,
            runs(&second, json_object_get(json_object_get(row, "next_boot"), "running")),
            runs(&third, json_object_get(json_object_get(row, "third_boot"), "running"))};
    for (size_t k = 0; k < TN_LEN(same); k++) {
        if (!same[k] && !pair_has_rule(p, row, kinds[k])) {
            char *words = json_dumps(row, JSON_COMPACT);
            fprintf(stderr, "differs: %s %s: %s %s, types %s %s, row %s\n", p->name, kinds[k],
                    got.running[0], got.running[1], type_name(got.type[0]), type_name(got.type[1]),
                    words);
            free(words);
            differs = 1;
        }
    }
    return differs;
}

static void start_row(struct pair *p, const struct dumps_archive *starts, const json_t *row) {
    if (*text(row, "start")) {
        memcpy(vectors_mem, get_dump(starts, text(row, "start"), size_of(p)), size_of(p));
    } else {
        tn_nor_power_on(&p->nor);
        build(p, row);
    }
}

static const json_t *set_of(const json_t *manifest, const char *strategy) {
    size_t i;
    json_t *def;

    json_array_foreach(json_object_get(manifest, "sets"), i, def) {
        if (!strcmp(text(def, "strategy"), strategy)) {
            return def;
        }
    }
    die("no set of this strategy:", strategy);
    return NULL;
}

void run_pair_decisions(const char *dir, const json_t *manifest) {
    json_t *file = read_json(dir, "decisions.json");
    struct dumps_archive starts;
    char path[4096];
    size_t i;
    json_t *row;

    snprintf(path, sizeof(path), "%s/decisions-starts.tar.xz", dir);
    dumps_open(&starts, path);
    json_array_foreach(json_object_get(file, "rows"), i, row) {
        struct pair p;
        pair_open(&p, dir, manifest, set_of(manifest, text(row, "strategy")));
        start_row(&p, &starts, row);
        counts.rows++;
        counts.rows_differ += check_row(&p, row);
    }
    dumps_close(&starts);
    json_decref(file);
}

// SPDX-License-Identifier: Apache-2.0
// MCUboot's decisions and limits with encrypted images. A row says of what bytes primary and
// candidate consist; we boot from there, and compare the image that runs and what lies where.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/compiler.h"
#include "support/device.h"
#include "vectors.h"

struct pair {
    struct tn_buf old, candidate;
};

// ---- Building images -------------------------------------------------------------------------

static void append(struct tn_buf *to, const uint8_t *bytes, size_t len) {
    to->p = realloc(to->p, to->len + len + 1);
    if (!to->p) {
        die("out of memory", "");
    }
    memcpy(to->p + to->len, bytes, len);
    to->len += len;
}

static void append_hex(struct tn_buf *to, const char *hex) {
    for (; *hex; hex += 2) {
        char digits[3] = {hex[0], hex[1], 0};
        uint8_t byte = (uint8_t)strtoul(digits, NULL, 16);
        append(to, &byte, 1);
    }
}

// The image of the set that a part names: "v1.clear" and so on.
static const struct tn_buf *part_of(const struct set *s, const char *name) {
    int image = name[1] - '1';

    return strstr(name, ".clear") ? &s->image[image] : &s->stored[image];
}

static struct tn_buf build_image(const struct set *s, const json_t *images, const char *kind,
        const char *row, const char *name) {
    char key[128];
    struct tn_buf ret = {0};
    size_t i;
    json_t *part;

    if (!strcmp(name, "none")) {
        return ret;
    }
    snprintf(key, sizeof(key), "%s.%s.%s", row, kind, name);
    const json_t *def = json_object_get(images, key);
    json_array_foreach(json_object_get(def, "build"), i, part) {
        if (json_is_string(part)) {
            append_hex(&ret, json_string_value(part));
        } else {
            const struct tn_buf *from = part_of(s, json_string_value(json_array_get(part, 0)));
            append(&ret, from->p + json_integer_value(json_array_get(part, 1)),
                    (size_t)json_integer_value(json_array_get(part, 2)));
        }
    }
    if (!def || ret.len != (size_t)number(def, "size")) {
        die("cannot build the image", key);
    }
    return ret;
}

// ---- Decisions -------------------------------------------------------------------------------

static uint8_t *place_mem(const struct set *s, enum tn_place place) {
    struct tn_image_src src;

    tn_slots_source(&s->slots, place, &src);
    return vectors_mem + src.area->off + src.off;
}

// An image, or none.
static void put(struct set *s, enum tn_place place, const struct tn_buf *image) {
    if (image->len) {
        memcpy(place_mem(s, place), image->p, image->len);
    }
}

static void make_request(struct set *s, const char *request) {
    if (!strcmp(request, "permanent")) {
        tn_trailer_put(&s->slots, TN_SECONDARY, TN_CELL_IMAGE_OK, 1);
    }
    if (*request) {
        tn_trailer_put(&s->slots, TN_SECONDARY, TN_CELL_SWAP_INFO,
                !strcmp(request, "permanent") ? TN_SWAP_PERM : TN_SWAP_TEST);
        tn_trailer_put_magic(&s->slots, TN_SECONDARY);
    }
}

static void build(struct set *s, const struct pair *p, const char *request) {
    memset(vectors_mem, s->nor.flash.erased, s->size);
    tn_nor_power_on(&s->nor);
    put(s, TN_RUNNING, &p->old);
    put(s, TN_CANDIDATE, &p->candidate);
    make_request(s, request);
}

// The payload of what lies at the primary slot's beginning: is it this image's, in any form?
static bool runs(const struct tn_buf *image) {
    return image->len && !memcmp(vectors_mem, image->p, TN_IMAGE_HDR_LEN);
}

static const char *running(const struct pair *p, const struct outcome *got) {
    if (!got->started) {
        return "";
    }
    return runs(&p->candidate) ? "candidate" : runs(&p->old) ? "old" : "another";
}

static void print_row(const struct set *s, const json_t *row, const char *what, const char *got) {
    char *words = json_dumps(row, JSON_COMPACT);

    fprintf(stderr, "differs: %s %s: %s, row %s\n", s->name, what, got, words);
    free(words);
}

static unsigned compare(const struct set *s, const json_t *row, const char *what, const char *want,
        const char *got) {
    if (!strcmp(want, got) || has_rule(s, row, what)) {
        return 0;
    }
    print_row(s, row, what, got);
    return 1;
}

// What is plain comes out plain.
static bool is_secret(const struct tn_buf *image) {
    return image->len && image->p[16] & TN_IMAGE_ENCRYPTED;
}

static void check_row(struct set *s, const struct pair *p, const json_t *row) {
    struct tn_trailer t[2];

    build(s, p, text(row, "request"));
    note_start(s);
    note_before(s);
    struct outcome got = boot_set(s);
    check_leaks(s, row, (const bool[IMAGES]){is_secret(&p->old), is_secret(&p->candidate)});
    const char *type = text(row, "swap_type_done");
    unsigned differs = compare(s, row, "running", text(row, "running"), running(p, &got));
    differs |= compare(s, row, "decision", *type ? type : "none", type_name(got.type));
    tn_trailer_read(&s->slots, TN_PRIMARY, &t[0]);
    tn_trailer_read(&s->slots, TN_SECONDARY, &t[1]);
    differs |= compare(s, row, "next", text(row, "next_swap_type"),
            type_name(tn_boot_next(&t[0], &t[1], s->slots.layout)));
    const json_t *next = json_object_get(row, "next_boot");
    got = boot_set(s);
    differs |= compare(s, row, "next", text(next, "running"), running(p, &got));
    counts.rows++;
    counts.rows_differ += differs;
}

void run_encrypted_decisions(const char *dir, const json_t *manifest) {
    json_t *file = read_json(dir, "decisions.json");
    const json_t *images = json_object_get(file, "images");
    size_t i;
    json_t *row;

    json_array_foreach(json_object_get(file, "rows"), i, row) {
        const json_t *def = find_set(manifest, text(file, "geometry"), row);
        struct set s;
        char kind[64];
        if (!def) {
            die("no set of a row:", text(row, "wrap"));
        }
        open_set(&s, dir, manifest, def);
        snprintf(kind, sizeof(kind), "%s-%ld", text(row, "wrap"), number(row, "aes"));
        struct pair p = {build_image(&s, images, "primaries", kind, text(row, "primary")),
                build_image(&s, images, "candidates", kind, text(row, "candidate"))};
        check_row(&s, &p, row);
        tn_buf_free(&p.old);
        tn_buf_free(&p.candidate);
        close_set(&s);
    }
    json_decref(file);
}

// ---- Limits ----------------------------------------------------------------------------------

void run_encrypted_limits(const char *dir, const json_t *manifest) {
    json_t *file = read_json(dir, "limits.json");
    size_t i;
    json_t *row;

    json_array_foreach(json_object_get(file, "rows"), i, row) {
        const json_t *def = find_set(manifest, text(row, "geometry"), row);
        struct set s;
        if (!def) {
            continue;  // a geometry without dumps
        }
        open_set(&s, dir, manifest, def);
        uint32_t max = (uint32_t)number(row, "max_image_total");
        counts.limits++;
        bool swaps = s.slots.layout->reverts;  // what MCUboot says of other trailers has no use
        if (tn_slots_max_image(&s.slots) != max ||
                (swaps && tn_trailer_size(&s.slots) != (uint32_t)number(row, "trailer_size"))) {
            fprintf(stderr, "limit differs: %s: MCUboot's is %u, ours %u\n", s.name, max,
                    tn_slots_max_image(&s.slots));
            counts.limits_differ++;
        }
        close_set(&s);
    }
    json_decref(file);
}

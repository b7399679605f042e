// SPDX-License-Identifier: Apache-2.0
// Flash dumps of a real MCUboot at power cuts, booted by our loader.
//
//     run_vectors [--json] DIR
//
// DIR holds manifest.json, zips of dumps, images and the test key, in the form of the reference's
// vectors/mcuboot/README.md. Sets of strategies that are not built yet are passed over, and counted.
// Checked: an image runs, the one that MCUboot ran where it survived; after a swap both images
// are whole; the bytes at the end are MCUboot's after whole cuts; the next boot runs what
// MCUboot's next boot ran. Where MCUboot fails, ours must not. What differs on purpose is listed
// by name below, and counted; anything else is a failure.
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/err.h"
#include "boot/boot.h"
#include "host/key.h"
#include "nor.h"
#include "zip.h"

enum {
    DUMP_MAX = 1 << 20,
    IMAGES = 2,  // v1 and v2
};

// What a dump ends with, but for the bytes.
struct outcome {
    const char *running;  // "v1", "v2", or NULL
};

struct set {
    struct tn_nor nor;
    struct tn_flash_run run;
    struct tn_slots slots;
    struct tn_buf zip;
    struct tn_buf image[IMAGES];
    const char *name;
    size_t size;
};

static const char *const image_names[IMAGES] = {"v1", "v2"};
static uint8_t mem[DUMP_MAX];
static uint8_t want[DUMP_MAX];
static struct tn_key_pair pair;
static struct tn_key key;
static const struct tn_sig_alg *const algs[] = {&tn_p256_microecc};
static const struct tn_trust trust = {&tn_sha256_bearssl, algs, 1, &key, 1};
static unsigned dumps, failed, bytes_differ, passed_over, by_rule;

// Differences on purpose (SPEC.md), and what the vectors' README says may differ.
static const struct {
    const char *operation;
    const char *rule;
} rules[] = {
        {"pristine.upload-at-sector-0-requested", "DISCARD-HEADER"},
        {"upgrade-test-over-confirmed", "README: new image longer by two sectors or more"},
};

static const char *rule_for(const char *operation) {
    for (size_t i = 0; i < TN_LEN(rules); i++) {
        if (!strcmp(rules[i].operation, operation)) {
            return rules[i].rule;
        }
    }
    return NULL;
}

static void die(const char *what, const char *name) {
    fprintf(stderr, "run_vectors: %s %s\n", what, name);
    exit(1);
}

static const char *text(const json_t *o, const char *name) {
    const char *s = json_string_value(json_object_get(o, name));

    return s ? s : "";
}

static long number(const json_t *o, const char *name) {
    return (long)json_integer_value(json_object_get(o, name));
}

static struct tn_buf read_file(const char *dir, const char *name) {
    char path[4096];
    struct tn_buf buf = {0};
    struct tn_fault fault = {0};

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    if (tn_file_read(path, &buf, &fault)) {
        die("cannot read", path);
    }
    return buf;
}

// One boot of what mem holds.
static struct outcome boot(struct set *s) {
    struct tn_boot b = {.slots = &s->slots, .trust = &trust};
    struct tn_boot_view view;
    struct tn_boot_plan plan;
    struct outcome ret = {NULL};

    tn_nor_power_on(&s->nor);
    do {
        tn_boot_look(&b, &view);
        tn_boot_decide(&view, &plan);
        while (tn_boot_step(&b, &plan) == TN_MORE) {
        }
    } while (plan.action < TN_PLAN_RUN);
    for (int i = 0; plan.action == TN_PLAN_RUN && i < IMAGES; i++) {
        if (!memcmp(mem, s->image[i].p, s->image[i].len)) {
            ret.running = image_names[i];
        }
    }
    return ret;
}

// Is the image somewhere at the beginning of a sector?
static bool is_whole(const struct set *s, int image) {
    for (size_t off = 0; off + s->image[image].len <= s->size; off += s->run.sector_size) {
        if (!memcmp(mem + off, s->image[image].p, s->image[image].len)) {
            return true;
        }
    }
    return false;
}

static void fail(const struct set *s, const json_t *r, const char *what) {
    fprintf(stderr, "FAILED: %s %s: %s\n", s->name, text(r, "file"), what);
    failed++;
}

// The bytes at the end against MCUboot's, where both could be the same.
static void compare_bytes(const struct set *s, const json_t *r) {
    char name[64];

    snprintf(name, sizeof(name), "final/%s.bin", text(r, "final"));
    if (zip_read(&s->zip, name, want, sizeof(want)) != (long)s->size) {
        die("no end in the zip:", name);
    }
    if (!memcmp(mem, want, s->size)) {
        return;
    }
    if (!strcmp(text(r, "kind"), "torn") || rule_for(text(r, "operation"))) {
        by_rule++;
    } else {
        fprintf(stderr, "differs: %s %s\n", s->name, text(r, "file"));
        bytes_differ++;
    }
}

static void check_next_boot(struct set *s, const json_t *r, const json_t *finals) {
    const json_t *next = json_object_get(json_object_get(finals, text(r, "final")), "next_boot");
    struct outcome got = boot(s);

    if (!got.running) {
        fail(s, r, "nothing runs at the next boot");
    } else if (next && strcmp(text(next, "running"), got.running)) {
        fail(s, r, "another image runs at the next boot");
    }
}

static void check(struct set *s, const json_t *r, const json_t *finals) {
    bool survived = json_is_true(json_object_get(r, "survived"));
    const char *running = text(r, "running");

    if (zip_read(&s->zip, text(r, "file"), mem, sizeof(mem)) != (long)s->size) {
        die("no such dump:", text(r, "file"));
    }
    bool had[IMAGES] = {is_whole(s, 0), is_whole(s, 1)};
    dumps++;
    struct outcome got = boot(s);
    if (s->nor.violations) {
        fail(s, r, "a rule of the flash was broken");
        s->nor.violations = 0;
    }
    if (survived && !*running) {
        if (got.running) {
            fail(s, r, "an image runs out of nothing");
        }
        return;
    }
    if (!got.running || (survived && strcmp(got.running, running))) {
        fail(s, r, got.running ? "another image runs" : "nothing runs");
        return;
    }
    for (int i = 0; i < IMAGES; i++) {
        if (had[i] && !is_whole(s, i) && !rule_for(text(r, "operation"))) {
            fail(s, r, "an image that was whole is so no more");
        }
    }
    if (survived) {
        compare_bytes(s, r);
        check_next_boot(s, r, finals);
    }
}

static void open_set(struct set *s, const char *dir, const json_t *manifest, const json_t *def) {
    const json_t *areas = json_object_get(def, "areas");
    const json_t *pri = json_object_get(areas, "primary");
    const json_t *sec = json_object_get(areas, "secondary");
    size_t dot = strcspn(text(def, "zip"), ".");
    char geometry[64];

    snprintf(geometry, sizeof(geometry), "%.*s", (int)dot, text(def, "zip"));
    const json_t *g = json_object_get(json_object_get(manifest, "geometries"), geometry);
    const json_t *images = json_object_get(json_object_get(manifest, "images"), geometry);
    uint32_t sector =
            (uint32_t)json_integer_value(json_array_get(json_object_get(pri, "sectors"), 0));
    uint32_t size[2] = {(uint32_t)number(pri, "size"), (uint32_t)number(sec, "size")};

    memset(s, 0, sizeof(*s));
    s->name = text(def, "zip");
    s->size = (size_t)size[0] + size[1];
    s->run = (struct tn_flash_run){sector, (size[0] + size[1]) / sector};
    tn_nor_init(&s->nor, mem, &s->run, 1, (uint16_t)number(g, "write_align"),
            (uint8_t)number(g, "erased_value"));
    s->slots.area[TN_PRIMARY] = (struct tn_area){&s->nor.flash, 0, size[0]};
    s->slots.area[TN_SECONDARY] = (struct tn_area){&s->nor.flash, size[0], size[1]};
    s->slots.strategy = &tn_swap_offset;
    s->slots.max_sectors = (uint16_t)number(g, "max_img_sectors");
    s->slots.max_align = (uint8_t)number(g, "max_align");
    s->zip = read_file(dir, s->name);
    for (int i = 0; i < IMAGES; i++) {
        s->image[i] = read_file(dir, text(json_object_get(images, image_names[i]), "file"));
    }
}

static void close_set(struct set *s) {
    tn_buf_free(&s->zip);
    tn_buf_free(&s->image[0]);
    tn_buf_free(&s->image[1]);
}

static void run_set(const char *dir, const json_t *manifest, const json_t *def) {
    const json_t *finals = json_object_get(json_object_get(manifest, "finals"), text(def, "zip"));
    const json_t *records = json_object_get(manifest, "records");
    struct set s;
    size_t i;
    json_t *r;

    if (strcmp(text(def, "strategy"), "swap-offset")) {
        passed_over++;
        return;
    }
    open_set(&s, dir, manifest, def);
    json_array_foreach(records, i, r) {
        if (!strcmp(text(r, "zip"), s.name)) {
            check(&s, r, finals);
        }
    }
    close_set(&s);
}

static void load_key(const char *dir) {
    char path[4096];
    struct tn_fault fault = {0};

    snprintf(path, sizeof(path), "%s/keys/TEST-KEY-ONLY-p256-public.pem", dir);
    if (tn_key_load(path, &pair, &fault)) {
        die("cannot read the key", path);
    }
    key = (struct tn_key){TN_KEY_P256, pair.hash, pair.point};
}

static void print_json(const char *name, unsigned value) {
    printf("{\"name\": \"%s\", \"value\": %u, \"unit\": \"1\", \"peer\": null, \"peer_value\": "
           "null}\n",
            name, value);
}

int main(int argc, char **argv) {
    bool json = argc > 2 && !strcmp(argv[1], "--json");
    const char *dir = argv[argc - 1];
    json_error_t error;
    size_t i;
    json_t *def;

    if (argc != 2 + json) {
        fputs("usage: run_vectors [--json] DIR\n", stderr);
        return 64;
    }
    load_key(dir);
    struct tn_buf file = read_file(dir, "manifest.json");
    json_t *manifest = json_loadb((const char *)file.p, file.len, 0, &error);
    if (!manifest) {
        die("manifest.json:", error.text);
    }
    json_array_foreach(json_object_get(manifest, "sets"), i, def) {
        run_set(dir, manifest, def);
    }
    if (json) {
        print_json("vectors.dumps", dumps);
        print_json("vectors.failed", failed);
        print_json("vectors.bytes_differ", bytes_differ);
    } else {
        printf("%u dumps of a real MCUboot, %u failed; bytes differ in %u, and by a rule in %u; "
               "%u sets of strategies that are not built\n",
                dumps, failed, bytes_differ, by_rule, passed_over);
    }
    json_decref(manifest);
    tn_buf_free(&file);
    tn_key_free(&pair);
    return failed || bytes_differ || !dumps;
}

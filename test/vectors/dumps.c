// SPDX-License-Identifier: Apache-2.0
// The dumps at power cuts. Checks that an image runs (the one that MCUboot ran, if it is still
// there), that whole images stay whole, that after whole cuts the bytes at the end equal MCUboot's,
// and that the next boot runs what MCUboot's next boot ran.
#include <stdio.h>
#include <string.h>

#include "vectors.h"

// A dump of the set, of the size that its flash has.
static const uint8_t *get_dump(const struct set *s, const char *name) {
    const struct dumps_member *m = dumps_find(&s->dumps, name);

    if (!m || m->len != s->size) {
        die("no such dump:", name);
    }
    return m->bytes;
}

static void fail(const struct set *s, const json_t *r, const char *kind, const char *what) {
    if (!has_rule(s, r, kind)) {
        fprintf(stderr, "FAILED: %s %s: %s\n", s->name, text(r, "file"), what);
        counts.failed++;
    }
}

// Compares the bytes at the end with MCUboot's, where both could be the same.
static void compare_bytes(struct set *s, const json_t *r) {
    char name[64];

    snprintf(name, sizeof(name), "final/%s.bin", text(r, "final"));
    const uint8_t *want = get_dump(s, name);
    if (!memcmp(vectors_mem, want, s->size)) {
        return;
    }
    for (s->first_diff = 0; vectors_mem[s->first_diff] == want[s->first_diff];) {
        s->first_diff++;
    }
    for (s->last_diff = s->size - 1; vectors_mem[s->last_diff] == want[s->last_diff];) {
        s->last_diff--;
    }
    if (!has_rule(s, r, "bytes")) {
        fprintf(stderr, "differs: %s %s at 0x%zx to 0x%zx\n", s->name, text(r, "file"),
                s->first_diff, s->last_diff);
        counts.bytes_differ++;
    }
}

static void check_next_boot(struct set *s, const json_t *r, const json_t *finals) {
    const json_t *next = json_object_get(json_object_get(finals, text(r, "final")), "next_boot");
    struct outcome got = boot_set(s);

    if (!got.running) {
        fail(s, r, "nothing", "nothing runs at the next boot");
    } else if (next && strcmp(text(next, "running"), got.running)) {
        fail(s, r, "next", "another image runs at the next boot");
    }
}

static void check(struct set *s, const json_t *r, const json_t *finals) {
    bool survived = json_is_true(json_object_get(r, "survived"));
    const char *running = text(r, "running");

    memcpy(vectors_mem, get_dump(s, text(r, "file")), s->size);
    bool had[IMAGES] = {is_whole(s, 0), is_whole(s, 1)};
    counts.dumps++;
    tn_nor_power_on(&s->nor);
    note_start(s);
    note_before(s);
    struct outcome got = boot_set(s);
    if (s->nor.violations) {
        fail(s, r, "violation", "a rule of the flash was broken");
        s->nor.violations = 0;
    }
    check_leaks(s, r, (const bool[IMAGES]){true, true});
    if (survived && !*running) {
        if (got.running) {
            fail(s, r, "running", "an image runs out of nothing");
        }
        return;
    }
    if (!got.running) {
        fail(s, r, "nothing", "nothing runs");
        return;
    }
    if (survived && strcmp(got.running, running)) {
        fail(s, r, "running", "another image runs");
        return;
    }
    for (int i = 0; i < IMAGES; i++) {
        if (s->slots.layout->reverts && had[i] && !is_whole(s, i)) {
            fail(s, r, "lost", "an image that was whole is so no more");
        }
    }
    if (survived) {
        compare_bytes(s, r);
        check_next_boot(s, r, finals);
    }
}

static void run_set(const char *dir, const json_t *manifest, const json_t *def) {
    const json_t *finals = json_object_get(json_object_get(manifest, "finals"), text(def, "zip"));
    const json_t *records = json_object_get(manifest, "records");
    struct set s;
    size_t i;
    json_t *r;

    open_set(&s, dir, manifest, def);
    open_dumps(&s, dir);
    json_array_foreach(records, i, r) {
        if (!strcmp(text(r, "zip"), s.name)) {
            check(&s, r, finals);
        }
    }
    close_set(&s);
}

void run_dumps(const char *dir, const json_t *manifest) {
    size_t i;
    json_t *def;

    json_array_foreach(json_object_get(manifest, "sets"), i, def) {
        run_set(dir, manifest, def);
    }
}

// SPDX-License-Identifier: Apache-2.0
// Boots our loader on flash of a real MCUboot with two images (test/vectors/README.md).
#ifndef TN_TEST_VECTORS_IMAGES_H
#define TN_TEST_VECTORS_IMAGES_H

#include "vectors.h"

enum {
    PAIR = 2,  // images of the device
};

// What the flash holds before a boot, of one image.
struct pair_start {
    struct tn_trailer trailer[2];   // of the primary and the spare slot
    bool genuine[TN_PREVIOUS + 1];  // in each place
    bool no_candidate;              // there is no image's magic where one would be
};

// A device of two images.
struct pair {
    struct tn_nor nor;
    struct tn_flash_run run;
    struct tn_slots slots[PAIR];
    const json_t *images;  // of the manifest
    const char *dir;
    const char *name;
    struct pair_start start[PAIR];
};

// What a boot did.
struct pair_outcome {
    bool started;
    char running[PAIR][64];  // names of the images that run; "" if nothing starts
    enum tn_swap_type type[PAIR];
};

// True if the directory is about several images.
bool has_pairs(const json_t *manifest);

// def: a member of "sets", with areas and strategy.
void pair_open(struct pair *p, const char *dir, const json_t *manifest, const json_t *def);
void pair_note_start(struct pair *p);
struct pair_outcome pair_boot(struct pair *p);

// The name of the whole image that lies there; NULL: none.
const char *pair_image_at(const struct pair *p, const uint8_t *bytes, size_t len);

// As has_rule (vectors.h). what: "bytes", "running", "later", "decision", "next".
bool pair_has_rule(const struct pair *p, const json_t *record, const char *what);
void pair_print_rules(void);

void run_pair_dumps(const char *dir, const json_t *manifest);
void run_pair_decisions(const char *dir, const json_t *manifest);

#endif

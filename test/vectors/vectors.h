// SPDX-License-Identifier: Apache-2.0
// Flash of a real MCUboot, in the form of test/vectors/README.md, booted by our loader.
//
// Knows the form of that directory (its README) and what a boot ends with. What may differ, and
// by which rule, is rules.c's.
#ifndef TN_TEST_VECTORS_VECTORS_H
#define TN_TEST_VECTORS_VECTORS_H

#include <jansson.h>

#include "boot/boot.h"
#include "host/base/file.h"
#include "nor.h"

enum {
    DUMP_MAX = 1 << 20,
    RUNS_MAX = 16,
    IMAGES = 2,  // v1 and v2
};

// What the flash held before the first boot.
struct start {
    struct tn_trailer trailer[2];    // of the primary and the spare slot
    uint8_t image[TN_PREVIOUS + 1];  // the genuine image in each place, + 1; 0: none
    bool has_record;                 // of a swap: something has moved
};

// A device: one geometry under one strategy.
struct set {
    struct tn_nor nor;
    struct tn_flash_run runs[RUNS_MAX];
    struct tn_slots slots;
    struct tn_buf image[IMAGES];
    struct tn_buf zip;
    const char *name;
    size_t size;
    struct start start;
};

// What a boot ended with.
struct outcome {
    const char *running;     // "v1", "v2", or NULL
    enum tn_swap_type type;  // of the swap that was done; TN_SWAP_NONE: none was
};

extern const char *const image_names[IMAGES];
extern uint8_t vectors_mem[DUMP_MAX];  // the flash of the set that is open
extern struct tn_trust vectors_trust;

// Ends the program with words.
void die(const char *what, const char *name);

// Members of a JSON object: "" or 0 where there is none.
const char *text(const json_t *o, const char *name);
long number(const json_t *o, const char *name);

struct tn_buf read_vectors(const char *dir, const char *name);
json_t *read_json(const char *dir, const char *name);

// The device that def describes: a set of the manifest, or of decisions.json. NULL areas, zip:
// left out.
void open_set(struct set *s, const char *dir, const json_t *manifest, const char *geometry,
        const char *strategy, const json_t *areas, const char *zip);
void close_set(struct set *s);

// Notes what the flash holds, for the rules.
void note_start(struct set *s);

// Power on, and one boot of what the flash holds.
struct outcome boot_set(struct set *s);

// True if this image lies whole at the beginning of a sector of either slot.
bool is_whole(const struct set *s, int image);

// The name that MCUboot's files have for a swap type.
const char *type_name(enum tn_swap_type type);

// What the program counts, and prints at its end.
struct counts {
    unsigned dumps, failed, bytes_differ;
    unsigned rows, rows_differ;
    unsigned limits, limits_differ;
};

extern struct counts counts;

// Says if a difference has a rule (SPEC.md), and counts it there. what: "bytes", "running",
// "next", "decision", "erases".
bool has_rule(const struct set *s, const json_t *record, const char *what);

// Prints how often each rule was needed.
void print_rules(void);

void run_dumps(const char *dir, const json_t *manifest);
void run_decisions(const char *dir, const json_t *manifest);
void run_limits(const char *dir, const json_t *manifest);

#endif

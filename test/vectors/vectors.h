// SPDX-License-Identifier: Apache-2.0
// Boots our loader on flash of a real MCUboot, in the form of test/vectors/README.md.
//
// Reads the form of that directory (its README) and the end of a boot. rules.c decides which
// differences are allowed.
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

// The content of the flash before the first boot.
struct start {
    struct tn_trailer trailer[2];    // of the primary and the spare slot
    uint8_t image[TN_PREVIOUS + 1];  // index + 1 of the genuine image in each place; 0: none
    bool has_record;                 // of a swap: something has moved already
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

// The result of a boot.
struct outcome {
    const char *running;     // "v1", "v2", or NULL
    enum tn_swap_type type;  // of the swap that was carried out; TN_SWAP_NONE: no swap
};

extern const char *const image_names[IMAGES];
extern uint8_t vectors_mem[DUMP_MAX];  // the flash of the open set
extern struct tn_trust vectors_trust;

// Prints a message and ends the program.
void die(const char *what, const char *name);

// Members of a JSON object; "" or 0 if missing.
const char *text(const json_t *o, const char *name);
long number(const json_t *o, const char *name);

struct tn_buf read_vectors(const char *dir, const char *name);
json_t *read_json(const char *dir, const char *name);

// Makes the device that def describes: a set of the manifest, or of decisions.json. areas or zip
// NULL: not used.
void open_set(struct set *s, const char *dir, const json_t *manifest, const char *geometry,
        const char *strategy, const json_t *areas, const char *zip);
void close_set(struct set *s);

// Records the content of the flash, for the rules.
void note_start(struct set *s);

// Powers on, and boots once.
struct outcome boot_set(struct set *s);

// True if this whole image lies at the beginning of a sector of either slot.
bool is_whole(const struct set *s, int image);

// The name of a swap type in MCUboot's files.
const char *type_name(enum tn_swap_type type);

// Counts that the program prints at its end.
struct counts {
    unsigned dumps, failed, bytes_differ;
    unsigned rows, rows_differ;
    unsigned limits, limits_differ;
};

extern struct counts counts;

// True if a rule (SPEC.md) covers the difference; then counts it there. what: "bytes", "running",
// "next", "decision", "erases".
bool has_rule(const struct set *s, const json_t *record, const char *what);

// Prints how often each rule was needed.
void print_rules(void);

void run_dumps(const char *dir, const json_t *manifest);
void run_decisions(const char *dir, const json_t *manifest);
void run_limits(const char *dir, const json_t *manifest);

#endif

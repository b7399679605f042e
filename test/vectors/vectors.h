// SPDX-License-Identifier: Apache-2.0
// Boots our loader on flash of a real MCUboot, in the form of test/vectors/README.md.
//
// Reads the form of that directory (its README) and the end of a boot. rules.c decides which
// differences are allowed.
#ifndef TN_TEST_VECTORS_VECTORS_H
#define TN_TEST_VECTORS_VECTORS_H

#include <jansson.h>

#include "archive.h"
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
    struct tn_buf image[IMAGES];   // as they run
    struct tn_buf stored[IMAGES];  // as they lie elsewhere: the same, or encrypted
    struct dumps_archive dumps;
    struct tn_crypt crypt;  // ops NULL: the images are not encrypted
    const char *name;
    size_t size;
    struct start start;
    size_t first_diff, last_diff;  // bytes that differ from MCUboot's
};

// The result of a boot.
struct outcome {
    bool started;            // some image runs
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

// Makes the device that def describes, a set of the manifest.
void open_set(struct set *s, const char *dir, const json_t *manifest, const json_t *def);
// Reads its dumps.
void open_dumps(struct set *s, const char *dir);
void close_set(struct set *s);

// The set of this geometry and strategy; of a row about encrypted images, of its wrap, AES and
// trailer too. NULL: there is none.
const json_t *find_set(const json_t *manifest, const char *geometry, const json_t *row);

// True if the directory is about encrypted images.
bool has_secrets(const char *dir);

// What devices of this set decrypt with.
const struct tn_secrets *load_secrets(const char *dir, const json_t *def);

// Encrypts or decrypts len bytes of an image from begin on, with the key that is given as hex.
void convert_payload(uint8_t *image, uint32_t begin, uint32_t len, const char *key);

// Counts a failure if the spare slot or scratch holds a clear line of an encrypted image's payload,
// or of its key stream, that it did not hold at note_before. is_secret: which images are encrypted.
void note_before(const struct set *s);
void check_leaks(const struct set *s, const json_t *record, const bool *is_secret);

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
    unsigned leaks;
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

// Of a directory about encrypted images.
void run_encrypted_decisions(const char *dir, const json_t *manifest);
void run_encrypted_limits(const char *dir, const json_t *manifest);

#endif

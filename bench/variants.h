// SPDX-License-Identifier: Apache-2.0
// The measured loaders, and MCUboot's figures for the same.
#ifndef TN_BENCH_VARIANTS_H
#define TN_BENCH_VARIANTS_H

#include "emu/boards/board.h"

// The kinds of boots.
enum variant_boot {
    BOOT,     // a confirmed image runs
    UPGRADE,  // the new image starts to run
    REVERT,   // the new image was not confirmed
    BOOTS,
};

struct variant_figures {
    uint64_t insns, erases, words;  // 0: unknown
};

// A loader, and its way to update.
struct variant {
    const char *program;   // in SIZE_FOLDER
    const char *strategy;  // in the names of figures; NULL: left out (swap using offset)
    const char *core;      // in the figures' names
    const struct tn_emu_layout *layout;
    const struct tn_layout *row;
    enum tn_place upgraded;  // where the new image is when it runs
    const char *peer;        // NULL: not measured
    // Ceilings in instructions; 0: this loader has no such boot.
    uint64_t max[BOOTS];
    struct variant_figures of_peer[BOOTS];
};

extern const struct variant variants[];
extern const size_t nvariants;

#endif

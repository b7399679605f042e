// SPDX-License-Identifier: Apache-2.0
// The loaders that are measured, and what MCUboot takes for the same.
#ifndef TN_BENCH_VARIANTS_H
#define TN_BENCH_VARIANTS_H

#include "emu/boards/board.h"

// What a boot is for.
enum variant_boot {
    BOOT,     // a confirmed image runs
    UPGRADE,  // a new one comes to run
    REVERT,   // it was not confirmed
    BOOTS,
};

struct variant_figures {
    uint64_t insns, erases, words;  // 0: not known
};

// A loader, and how it goes about an update.
struct variant {
    const char *program;   // in SIZE_FOLDER
    const char *strategy;  // in the figures' names; NULL for swap using offset, which has none
    const char *core;      // in the figures' names
    const struct tn_emu_layout *layout;
    const struct tn_layout *row;
    enum tn_place upgraded;  // where the new image is when it runs
    const char *peer;        // NULL: none was measured
    // Ceilings, instructions; 0: the loader does no such thing.
    uint64_t max[BOOTS];
    struct variant_figures of_peer[BOOTS];
};

extern const struct variant variants[];
extern const size_t nvariants;

#endif

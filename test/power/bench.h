// SPDX-License-Identifier: Apache-2.0
// One story on one device, cut everywhere.
#ifndef TN_TEST_POWER_BENCH_H
#define TN_TEST_POWER_BENCH_H

#include "stories.h"

enum {
    DEPTH = 2,  // cuts in a row
};

// A cut that was chosen on the command line: others are left out.
struct chosen {
    unsigned n;
    struct cut cut[DEPTH];
};

struct task {
    const struct geometry *geometry;
    unsigned strategy;
    const struct story *story;
};

struct counts {
    unsigned cuts;
    unsigned nested;  // of them
    unsigned real;    // of them
    unsigned failures;
};

struct options {
    bool is_short;    // some of the units, few second cuts
    unsigned stride;  // every so many of the cuts; 0, 1: all
    uint32_t seed;    // not 0
    const struct chosen *only;
    void (*stop)(void);  // called at a failure, where not NULL; does not return
    const struct tn_trust *trust;
    // Makes an image of this length, or a little less, that trust takes. ram: for RAM load.
    void (*make)(struct image *ret, uint8_t major, uint32_t len, bool ram);
};

// Adds to counts. Failures are told on stderr, so that each can be run alone.
void bench_run(const struct task *t, const struct options *o, struct counts *counts);

extern const char *const cut_names[CUT_KINDS];

#endif

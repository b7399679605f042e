// SPDX-License-Identifier: Apache-2.0
// One story on one device, with a power cut at every place.
#ifndef TN_TEST_POWER_BENCH_H
#define TN_TEST_POWER_BENCH_H

#include "secrets.h"
#include "stories.h"

enum {
    DEPTH = 2,  // successive cuts
};

// The cut that the command line names; other cuts are left out.
struct chosen {
    unsigned n;
    struct cut cut[DEPTH];
};

struct task {
    const struct geometry *geometry;
    struct lineup lineup;
    const struct story *story;
    enum secrecy secrecy;
};

// An image to be made.
struct wanted {
    uint8_t major;
    bool ram;        // for RAM load
    uint8_t member;  // it needs this image of the device
    uint8_t least;   // in this major version; 0: it needs none
};

// The strategies of a lineup, as --only names them.
void lineup_name(const struct lineup *l, char *ret, size_t size);

struct counts {
    unsigned cuts;
    unsigned nested;  // how many of the cuts
    unsigned real;    // how many of the cuts
    unsigned failures;
};

struct options {
    bool is_short;    // some of the units, few second cuts
    unsigned stride;  // try one of this many cuts; 0 or 1: all
    uint32_t seed;    // not 0
    const struct chosen *only;
    void (*stop)(void);  // called at a failure, if not NULL; does not return
    const struct tn_trust *trust;
    // Makes an image of this length, or slightly less, that trust accepts.
    void (*make)(struct image *ret, uint32_t len, const struct wanted *w);
};

// Adds to counts. Prints each failure to stderr, in a form that repeats it alone.
void bench_run(const struct task *t, const struct options *o, struct counts *counts);

extern const char *const cut_names[CUT_KINDS];

#endif

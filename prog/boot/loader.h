// SPDX-License-Identifier: Apache-2.0
// The loader as a program for any board, in two sizes: what it always does, and what it tells the
// application. A main function picks, and serves where recovery is due (service/service.h).
#ifndef TN_PROG_LOADER_H
#define TN_PROG_LOADER_H

#include "board.h"
#include "boot/policy.h"

enum {
    TN_LOADER_MAJOR = 0,
    TN_LOADER_MINOR = 1,
    TN_LOADER_PATCH = 0,
};

// Starts the image that the plan of b says, if it is to be run and genuine. Returns otherwise, or
// if its header cannot be read.
void tn_loader_start(const struct tn_boot *b, void (*run)(uint32_t addr));

// The whole loader: takes the request, looks at the button, settles, leaves word for the
// application and starts it. p: rules and attempts are set, the rest comes from the board. Returns
// if recovery is due: serving is the program's.
void tn_loader_run(const struct tn_board *board, const struct tn_strategy *strategy,
        const struct tn_trust *trust, struct tn_policy *p);

// The loader without recovery, requests and word to the application: settles and starts, or stays
// where it is. Never returns.
void tn_loader_bare(const struct tn_trust *trust) __attribute__((noreturn));

// The same for a device with one slot: verifies and runs it. Never returns.
void tn_loader_single(const struct tn_slots *slots, const struct tn_trust *trust)
        __attribute__((noreturn));

// What main_small.c trusts.
extern const struct tn_trust tn_small_trust;

#endif

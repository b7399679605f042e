// SPDX-License-Identifier: Apache-2.0
// The loader as a program for any board, in several sizes. A main function chooses one, and runs a
// service when recovery is due (service/service.h).
#ifndef TN_PROG_LOADER_H
#define TN_PROG_LOADER_H

#include "board.h"
#include "boot/policy.h"

enum {
    TN_LOADER_MAJOR = 0,
    TN_LOADER_MINOR = 1,
    TN_LOADER_PATCH = 0,
};

// Starts the image that the plan of b names, if the plan runs one and it is genuine. Returns if
// not, or if the header cannot be read.
void tn_loader_start(const struct tn_boot *b, void (*run)(uint32_t addr));

// The whole loader: reads the request and the button, carries out updates, writes the hand-over and
// starts the application. The caller sets rules and attempts in p; the board supplies the rest.
// Returns if recovery is due; the caller then runs a service.
void tn_loader_run(const struct tn_board *board, const struct tn_strategy *strategy,
        const struct tn_trust *trust, struct tn_policy *p);

// The loader without recovery, requests and hand-over: carries out updates and starts the image, or
// stops if there is none. Never returns.
void tn_loader_bare(const struct tn_trust *trust) __attribute__((noreturn));

// The same for a device with one slot: verifies its image and starts it. Never returns.
void tn_loader_single(const struct tn_slots *slots, const struct tn_trust *trust)
        __attribute__((noreturn));

// The keys and algorithms of main_small.c.
extern const struct tn_trust tn_small_trust;

#endif

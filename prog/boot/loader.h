// SPDX-License-Identifier: Apache-2.0
// The loader as a program for any board: decides, swaps, and runs the application or recovery.
#ifndef TN_PROG_LOADER_H
#define TN_PROG_LOADER_H

#include "board.h"
#include "image/trust.h"

enum {
    TN_LOADER_MAJOR = 0,
    TN_LOADER_MINOR = 1,
    TN_LOADER_PATCH = 0,
};

struct tn_loader {
    const struct tn_board *board;
    const struct tn_trust *trust;
    // Serves until it resets the board; recover.c has it. NULL: a loader without recovery, that
    // waits for the next power-on where nothing can be run.
    void (*recover)(const struct tn_board *board, const struct tn_trust *trust);
};

// Never returns on a chip: it runs the application, or recovery until a reset.
void tn_loader_run(const struct tn_loader *loader);

// Serves SMP on the board's serial line until somebody asks for a reset. Never returns.
void tn_recover(const struct tn_board *board, const struct tn_trust *trust);

#endif

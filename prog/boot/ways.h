// SPDX-License-Identifier: Apache-2.0
// The ways in which somebody asks a loader for another mode than normal: a row and a file each. A
// loader lists those that it wants, in the order in which they are asked.
#ifndef TN_PROG_WAYS_H
#define TN_PROG_WAYS_H

#include "board.h"

// What the ways have found so far.
struct tn_entry {
    enum tn_reset_cause cause;
    enum tn_run_mode mode;
    uint32_t arg;  // of the request
    bool stays;    // recovery stays until somebody ends it; else silence ends it
};

// Each way is asked once in a boot, even if one before it has found something: so that what it
// reads is taken only once. Sets mode if that is still normal.
typedef void tn_way(const struct tn_board *board, struct tn_entry *e);

// way_request.c: software, by the record of boot/request.h.
tn_way tn_way_request;

// way_chip.c: software, by conventions of other loaders that the chip's registers carry
// (tn_board.asked).
tn_way tn_way_chip;

// way_button.c: the board's button is held. Such a recovery stays.
tn_way tn_way_button;

// way_double_reset.c: a second reset by the pin follows the first within TN_DOUBLE_RESET_MS. After
// a reset by the pin the loader waits that long; after any other reset it does not. Needs
// tn_board.mark and a chip that tells the cause of a reset.
tn_way tn_way_double_reset;

enum {
    TN_DOUBLE_RESET_MS = 500,
};

#endif

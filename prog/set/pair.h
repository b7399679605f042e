// SPDX-License-Identifier: Apache-2.0
// A board with two images whose spare slots are in an external flash, for its loader and its
// application: the program, which runs, and data for something beside it, such as another core.
#ifndef TN_PROG_SET_PAIR_H
#define TN_PROG_SET_PAIR_H

#include "board.h"
#include "service/service.h"

enum { TN_PAIR = 2 };

struct tn_pair {
    struct tn_slots slots[TN_PAIR];
    const struct tn_area *logs[TN_PAIR];
    // private
    const struct tn_slots *list[TN_PAIR];
    struct tn_service_images images;
};

// Fills in p and returns the board, whose own image is the first. p must live on.
struct tn_board tn_pair_board(struct tn_pair *p);

// Lets the service of tn_service_serial take both images.
void tn_pair_serve(struct tn_pair *p);

#endif

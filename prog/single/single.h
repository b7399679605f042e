// SPDX-License-Identifier: Apache-2.0
// A board with one slot for encrypted images, for its loader and its application.
#ifndef TN_PROG_SINGLE_SINGLE_H
#define TN_PROG_SINGLE_SINGLE_H

#include "board.h"

// The board with one slot, which takes the place of both, and scratch behind it. slots must live
// on.
struct tn_board tn_single_board(struct tn_slots *slots);

#endif

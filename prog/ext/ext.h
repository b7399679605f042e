// SPDX-License-Identifier: Apache-2.0
// A board whose spare slot is in an external flash, for its loader and its application.
#ifndef TN_PROG_EXT_EXT_H
#define TN_PROG_EXT_EXT_H

#include "board.h"

// The board with slots in two flashes. slots must live on. A board without another flash has the
// same slots; if the external flash does not answer, there is no update, and what is in the primary
// slot runs.
struct tn_board tn_ext_board(struct tn_slots *slots);

#endif

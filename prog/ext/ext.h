// SPDX-License-Identifier: Apache-2.0
// A board whose spare slot is in an external flash, for its loader and its application.
#ifndef TN_PROG_EXT_EXT_H
#define TN_PROG_EXT_EXT_H

#include "board.h"

// The board with slots in two flashes. slots must live on. A board without another flash has the
// same slots; if the external flash does not answer, there is no update, and what is in the primary
// slot runs.
struct tn_board tn_ext_board(struct tn_slots *slots);

// Lets recovery look for the external flash once a minute, and reset when it is back: a flash that
// did not answer in the middle of a swap leaves no image that can run.
struct tn_service;
void tn_ext_look_again(struct tn_service *s);

#endif

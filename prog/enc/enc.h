// SPDX-License-Identifier: Apache-2.0
// A board whose images are encrypted, for its loader and its application.
//
// prog/ext uses it, too: there images lie in an external flash.
#ifndef TN_PROG_ENC_ENC_H
#define TN_PROG_ENC_ENC_H

#include "board.h"

// Lets slots accept encrypted images.
void tn_enc_slots(struct tn_slots *slots);

// Lets a loader's service verify uploads by what they decrypt to.
struct tn_service;
void tn_enc_open(struct tn_service *s);

// The board with slots that accept encrypted images. slots must live on.
struct tn_board tn_enc_board(struct tn_slots *slots);

#endif

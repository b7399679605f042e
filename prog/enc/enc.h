// SPDX-License-Identifier: Apache-2.0
// A board whose images are encrypted, for its loader and its application.
#ifndef TN_PROG_ENC_ENC_H
#define TN_PROG_ENC_ENC_H

#include "board.h"

// The board with slots that accept encrypted images. slots must live on.
struct tn_board tn_enc_board(struct tn_slots *slots);

#endif

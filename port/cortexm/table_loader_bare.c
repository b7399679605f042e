// SPDX-License-Identifier: Apache-2.0
// The board for a loader that serves nobody: no line, no clock, no button, no hand-over.
#include "board_parts.h"
#include "cortexm.h"

void board_begin(void) {
}

const struct tn_board tn_board = {
        .slots = &tn_board_slots,
        .reset = cm_reset,
        .run = cm_run,
};

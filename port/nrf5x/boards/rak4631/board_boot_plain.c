// SPDX-License-Identifier: Apache-2.0
// The RAK4631 for a loader that serves nobody: no line, no clock, no button, and no word to the
// application.
#include "../../../cortexm/cortexm.h"
#include "rak4631.h"

void board_begin(void) {
}

const struct tn_board tn_board = {
        .slots = &rak4631_slots,
        .reset = cm_reset,
        .run = cm_run,
};

const struct tn_strategy *const tn_board_strategy = &tn_swap_offset;

// SPDX-License-Identifier: Apache-2.0
// The micro:bit for a loader that serves nobody (board_boot_plain.c), but that keeps outcomes and
// feeds a watchdog.
#include "../../../cortexm/cortexm.h"
#include "microbit.h"

void board_begin(void) {
}

const struct tn_board tn_board = {
        .slots = &microbit_slots,
        .guard = &microbit_guard,
        .reset = cm_reset,
        .run = cm_run,
};

const struct tn_strategy *const tn_board_strategy = &tn_swap_offset;

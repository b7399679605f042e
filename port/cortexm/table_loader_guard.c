// SPDX-License-Identifier: Apache-2.0
// The board for a loader without a line (loader_bare.c) that keeps outcomes and feeds a
// watchdog.
#include "board_parts.h"
#include "cortexm.h"

void board_begin(void) {
}

const struct tn_board tn_board = {
        .slots = &tn_board_slots,
        .guard = &tn_board_guard,
        .reset = cm_reset,
        .run = cm_run,
};

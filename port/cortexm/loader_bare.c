// SPDX-License-Identifier: Apache-2.0
// The board for a loader that serves nobody: no line, no clock, no button, no hand-over, and no
// table.
#include "board.h"
#include "cortexm.h"

void board_begin(void) {
}

void tn_board_run(uint32_t addr) {
    cm_run(addr);
}

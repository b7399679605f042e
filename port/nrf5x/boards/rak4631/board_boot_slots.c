// SPDX-License-Identifier: Apache-2.0
// The RAK4631 for a loader that serves nobody and brings its own slots: another strategy, say.
#include "../../../cortexm/cortexm.h"
#include "rak4631.h"

void board_begin(void) {
}

const struct tn_board tn_board = {
        .slots = &tn_board_slots,
        .reset = cm_reset,
        .run = cm_run,
};

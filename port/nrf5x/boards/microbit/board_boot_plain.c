// SPDX-License-Identifier: Apache-2.0
// The micro:bit for a loader that serves nobody: no line, no clock, no button.
#include "../../../cortexm/cortexm.h"
#include "microbit.h"

void board_begin(void) {
}

const struct tn_board tn_board = {
        .name = MICROBIT_NAME,
        .processor = MICROBIT_PROCESSOR,
        .slots = &microbit_slots,
        .request = &microbit_request,
        .handover = &microbit_handover,
        .cause = nrf51_cause,
        .reset = cm_reset,
        .run = cm_run,
};

// SPDX-License-Identifier: Apache-2.0
// The board for a small loader with recovery: no request, no hand-over, no name, and no clock,
// since nothing here waits for a time.
#include "board_parts.h"
#include "cortexm.h"

void board_begin(void) {
    tn_board_loader_begin();
}

static void reset(void) {
    tn_board_loader_end();
    cm_reset();
}

static void run(uint32_t addr) {
    tn_board_loader_end();
    cm_run(addr);
}

const struct tn_board tn_board = {
        .slots = &tn_board_slots,
        .serial = &tn_board_loader_line,
        .button = tn_board_button,
        .reset = reset,
        .run = run,
};

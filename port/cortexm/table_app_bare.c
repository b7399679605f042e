// SPDX-License-Identifier: Apache-2.0
// The board for an application that knows of no update: a line, a clock and the work.
#include "board_parts.h"
#include "cortexm.h"

const struct tn_board tn_board = {
        .name = tn_board_name,
        .processor = tn_board_processor,
        .serial = &tn_board_app_line,
        .now_ms = chip_now_ms,
        .reset = cm_reset,
        .idle = cm_wait,
};

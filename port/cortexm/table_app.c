// SPDX-License-Identifier: Apache-2.0
// The board for an application.
#include "board_parts.h"
#include "cortexm.h"

// The loader has read the register, and cleared it.
static enum tn_reset_cause cause(void) {
    return TN_RESET_UNKNOWN;
}

const struct tn_board tn_board = {
        .name = tn_board_name,
        .processor = tn_board_processor,
        .slots = &tn_board_slots,
        .serial = &tn_board_app_line,
        .request = &tn_board_request,
        .handover = &tn_board_handover,
        .guard = &tn_board_guard,
        .now_ms = chip_now_ms,
        .cause = cause,
        .button = tn_board_button,
        .has_rom = chip_has_rom,
        .reset = tn_board_app_reset,
        .idle = cm_wait,
};

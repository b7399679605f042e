// SPDX-License-Identifier: Apache-2.0
// The board for a loader with recovery, requests and a hand-over.
#include "board_parts.h"
#include "cortexm.h"
#include "layout.h"

void board_begin(void) {
    chip_clock_begin();
    tn_board_loader_begin();
}

static void reset(void) {
    tn_board_loader_end();
    cm_reset();
}

// The application cannot write to what the loader trusts: itself, the keys, the mark.
static void run(uint32_t addr) {
    chip_clock_end();
    tn_board_loader_end();
    chip_lock(BOOT_ADDR, MARK_ADDR + MARK_SIZE);
    cm_run(addr);
}

const struct tn_board tn_board = {
        .name = tn_board_name,
        .processor = tn_board_processor,
        .slots = &tn_board_slots,
        .serial = &tn_board_loader_line,
        .request = &tn_board_request,
        .handover = &tn_board_handover,
        .guard = &tn_board_guard,
        .now_ms = chip_now_ms,
        .cause = chip_cause,
        .asked = chip_asked,
        .mark = &tn_board_mark,
        .button = tn_board_button,
        .has_rom = chip_has_rom,
        .reset = reset,
        .run = run,
};

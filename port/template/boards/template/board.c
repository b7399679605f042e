// SPDX-License-Identifier: Apache-2.0
// A board that does nothing yet. board_parts.h says what each part is for.
#include "board_parts.h"
#include "cortexm/cortexm.h"
#include "layout.h"
#include "pins.h"
#include "template/template.h"

const char tn_board_name[] = "template";
const char tn_board_processor[] = "cortex-m4";

// ---- Flash and slots -----------------------------------------------------------------------

// Runs of equal sectors, what is programmed at once, how long an erase takes, and whether it stops
// the core: your chip's data sheet.
static const struct tn_flash_run runs[] = {{.sector_size = SECTOR, .count = FLASH_SIZE / SECTOR}};
const struct tn_flash tn_board_flash = {
        .ops = &template_flash_ops,
        .runs = runs,
        .nruns = 1,
        .erased = 0xff,
        .prog_unit = 4,
        .erase_ms = 90,
        .stalls_cpu = true,
        .size = FLASH_SIZE,
};

const struct tn_slots tn_board_slots = {
        .area =
                {
                        [TN_PRIMARY] = {&tn_board_flash, PRIMARY_ADDR, PRIMARY_SIZE},
                        [TN_SECONDARY] = {&tn_board_flash, SECONDARY_ADDR, SECONDARY_SIZE},
                },
        .layout = &tn_layout_swap_offset,
        .addr = {PRIMARY_ADDR, PRIMARY_ADDR},
        .max_sectors = SECONDARY_SIZE / SECTOR,  // the trailer takes one sector
        .max_align = 8,
};
_Static_assert(SECONDARY_SIZE == PRIMARY_SIZE + SECTOR, "as swap using offset wants it");

const struct tn_strategy *const tn_board_strategy = &tn_swap_offset;

static const struct tn_area outcome = {&tn_board_flash, OUTCOME_ADDR, OUTCOME_SIZE};
static const struct tn_area journal = {&tn_board_flash, JOURNAL_ADDR, JOURNAL_SIZE};
const struct tn_guard tn_board_guard = {
        .outcome = &outcome, .journal = &journal, .alive = template_alive, .arm = template_arm};

// ---- Line and button -----------------------------------------------------------------------

const struct tn_stream tn_board_loader_line = {template_line_read, template_line_write, NULL};

void tn_board_loader_begin(void) {
    template_line_begin();
    template_pin_pullup(PIN_BUTTON);
}

void tn_board_loader_end(void) {
    template_line_end();
}

bool tn_board_button(void) {
    return template_pin_is_low(PIN_BUTTON);
}

const struct tn_stream tn_board_app_line = {template_line_irq_read, template_line_irq_write, NULL};

void tn_board_app_begin(void) {
    chip_clock_begin();
    template_line_irq_begin();
    template_tick_begin();
    template_pin_pullup(PIN_BUTTON);
}

void tn_board_app_reset(void) {
    template_line_irq_flush();
    cm_reset();
}

uint32_t tn_board_work(void) {
    return template_ticks();
}

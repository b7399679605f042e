// SPDX-License-Identifier: Apache-2.0
// A board that does nothing yet. board_parts.h says what each part is for.
#include "board_parts.h"
#include "cortexm/cortexm.h"
#include "layout.h"
#include "pins.h"
#include "template/template.h"

const char tn_board_name[] = "template";
const char tn_board_processor[] = "cortex-m4";

// ---- Flash -----------------------------------------------------------------------

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

// SPDX-License-Identifier: Apache-2.0
// The BBC micro:bit: nRF51822, a button, a line by its interface chip.
#include "board_parts.h"
#include "cortexm/cortexm.h"
#include "layout.h"
#include "nrf5x/nrf5x.h"
#include "pins.h"

const char tn_board_name[] = "bbc_microbit";
const char tn_board_processor[] = "cortex-m0";

// ---- Flash and slots -----------------------------------------------------------------------

// "nRF51822 Product Specification", version 3.1, flash: 256 pages of 1 KiB; an erase takes
// 22.3 ms, a word 46.3 us.
static const struct tn_flash_run runs[] = {{.sector_size = SECTOR, .count = FLASH_SIZE / SECTOR}};
const struct tn_flash tn_board_flash = {
        .ops = &nrf51_flash_ops,
        .runs = runs,
        .nruns = 1,
        .erased = 0xff,
        .prog_unit = 4,
        .erase_ms = 22,
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
        .outcome = &outcome, .journal = &journal, .alive = nrf51_alive, .arm = nrf51_arm};

// ---- Line and button -----------------------------------------------------------------------

static const struct nrf51_uart_pins uart = {.txd = PIN_TXD, .rxd = PIN_RXD};

const struct tn_stream tn_board_loader_line = {
        nrf51_uart_polled_read, nrf51_uart_polled_write, NULL};

void tn_board_loader_begin(void) {
    nrf51_uart_on(&uart);
    nrf51_pin_pullup(PIN_BUTTON_A);
}

void tn_board_loader_end(void) {
    nrf51_uart_polled_end();
}

bool tn_board_button(void) {
    return nrf51_pin_is_low(PIN_BUTTON_A);
}

const struct tn_stream tn_board_app_line = {nrf51_uart_irq_read, nrf51_uart_irq_write, NULL};

void tn_board_app_begin(void) {
    chip_clock_begin();
    nrf51_uart_irq_begin(&uart);
    nrf51_tick_begin();
    nrf51_pin_pullup(PIN_BUTTON_A);
}

void tn_board_app_reset(void) {
    nrf51_uart_irq_flush();
    cm_reset();
}

uint32_t tn_board_work(void) {
    return nrf51_ticks();
}

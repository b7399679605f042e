// SPDX-License-Identifier: Apache-2.0
// The RAK4631: nRF52840. So far flash and slots: the board has no program with a line.
#include "board_parts.h"
#include "layout.h"
#include "nrf5x/nrf5x.h"

// "nRF52840 Product Specification", version 1.1, section 4.3.9: 256 pages of 4 KiB; an erase takes
// 85 ms, a word 41 us. The controller's registers are those of the nRF51.
static const struct tn_flash_run runs[] = {{.sector_size = SECTOR, .count = FLASH_SIZE / SECTOR}};
const struct tn_flash tn_board_flash = {
        .ops = &nrf51_flash_ops,
        .runs = runs,
        .nruns = 1,
        .erased = 0xff,
        .prog_unit = 4,
        .erase_ms = 85,
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

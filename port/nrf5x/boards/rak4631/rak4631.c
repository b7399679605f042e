// SPDX-License-Identifier: Apache-2.0
#include "rak4631.h"

#include "layout.h"

// Each area begins where the one before it ends, on a sector.
_Static_assert(PRIMARY_ADDR == BOOT_ADDR + BOOT_SIZE, "primary slot");
_Static_assert(SECONDARY_ADDR == PRIMARY_ADDR + PRIMARY_SIZE, "secondary slot");
_Static_assert(OUTCOME_ADDR == SECONDARY_ADDR + SECONDARY_SIZE, "outcome");
_Static_assert(JOURNAL_ADDR == OUTCOME_ADDR + OUTCOME_SIZE, "journal");
_Static_assert(STORAGE_ADDR == JOURNAL_ADDR + JOURNAL_SIZE, "storage");
_Static_assert(FREE_ADDR == STORAGE_ADDR + STORAGE_SIZE && FREE_ADDR <= FLASH_SIZE, "the end");
_Static_assert((PRIMARY_ADDR | SECONDARY_ADDR | OUTCOME_ADDR | JOURNAL_ADDR | STORAGE_ADDR |
                       FREE_ADDR | FLASH_SIZE) %
                        SECTOR ==
                0,
        "whole sectors");
_Static_assert(SECONDARY_SIZE == PRIMARY_SIZE + SECTOR, "as swap-offset wants it");

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

const struct tn_slots rak4631_slots = {
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

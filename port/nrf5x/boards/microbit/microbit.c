// SPDX-License-Identifier: Apache-2.0
#include "microbit.h"

#include "../../../cortexm/cortexm.h"
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

// So does what the beginning of RAM holds.
_Static_assert(RETAINED_REQUEST >= RETAINED_VECTORS + 4, "request");
_Static_assert(RETAINED_HANDOVER >= RETAINED_REQUEST + TN_REQUEST_LEN, "hand-over");
_Static_assert(RAM_ADDR + RETAINED_SIZE >= RETAINED_HANDOVER + TN_HANDOVER_LEN, "retained RAM");

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

const struct tn_slots microbit_slots = {
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

static const struct tn_area outcome = {&tn_board_flash, OUTCOME_ADDR, OUTCOME_SIZE};
static const struct tn_area journal = {&tn_board_flash, JOURNAL_ADDR, JOURNAL_SIZE};
const struct tn_guard microbit_guard = {
        .outcome = &outcome, .journal = &journal, .alive = nrf51_alive, .arm = nrf51_arm};

const struct tn_retained microbit_request = {
        cm_retained_load, cm_retained_store, (void *)RETAINED_REQUEST};
const struct tn_retained microbit_handover = {
        cm_retained_load, cm_retained_store, (void *)RETAINED_HANDOVER};

// SPDX-License-Identifier: Apache-2.0
// The RAK11720: Apollo3 Blue (AMA3B1KK), a line at its UART0, no button.
#include "apollo3/apollo3.h"
#include "board_parts.h"
#include "layout.h"

const char tn_board_name[] = "rak11720";
const char tn_board_processor[] = "cortex-m4";

// Ambiq's loader starts no program whose stack begins at RAM's very end (layout.h).
_Static_assert(RETAINED_VECTORS > RAM_ADDR, "the stack begins below the retained RAM");

// 128 pages of 8 KiB (AmbiqSuite, hal/am_hal_flash.h). How long an erase takes was not to be found:
// 25 ms is an assumption on the safe side. The core works meanwhile, but nobody takes interrupts.
static const struct tn_flash_run runs[] = {{.sector_size = SECTOR, .count = FLASH_SIZE / SECTOR}};
const struct tn_flash tn_board_flash = {
        .ops = &apollo3_flash_ops,
        .runs = runs,
        .nruns = 1,
        .erased = 0xff,
        .prog_unit = 4,
        .erase_ms = 25,
        .stalls_cpu = true,
        .size = FLASH_SIZE,
};

// SPDX-License-Identifier: Apache-2.0
// The BBC micro:bit: nRF51822, a button, a line by its interface chip.
#include "board_parts.h"
#include "layout.h"
#include "nrf5x/nrf5x.h"

const char tn_board_name[] = "bbc_microbit";
const char tn_board_processor[] = "cortex-m0";

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

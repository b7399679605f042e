// SPDX-License-Identifier: Apache-2.0
// The RAK3172: STM32WLE5CC, a line at its UART2, no button.
#include "board_parts.h"
#include "layout.h"
#include "stm32/stm32.h"

const char tn_board_name[] = "rak3172";
const char tn_board_processor[] = "cortex-m4";

// ST, STM32WLE5CC data sheet (DS13105), flash memory characteristics: a page's erase takes 22 ms,
// at most 25; a double word 82 us.
static const struct tn_flash_run runs[] = {{.sector_size = SECTOR, .count = FLASH_SIZE / SECTOR}};
const struct tn_flash tn_board_flash = {
        .ops = &stm32_flash_l4_ops,
        .runs = runs,
        .nruns = 1,
        .erased = 0xff,
        .prog_unit = PROG_UNIT,
        .erase_ms = 25,
        .stalls_cpu = true,
        .size = FLASH_SIZE,
};

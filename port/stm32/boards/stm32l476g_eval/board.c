// SPDX-License-Identifier: Apache-2.0
// The STM32L476G-EVAL: STM32L476ZG, a line at its USART1, the wake-up button.
#include "board_parts.h"
#include "layout.h"
#include "stm32/stm32.h"
#include "tinyusb/device.h"

const char tn_board_name[] = "stm32l476g_eval";
const char tn_board_processor[] = "cortex-m4";

// For tests only: a product has its own.
const struct tn_usb_ids tn_board_usb_ids = {0x1209, 0x0001, 0x0002, "Tenon", "STM32L476G-EVAL"};

// ST, STM32L476xx data sheet (DS10198), flash memory characteristics: a page's erase takes 22 ms,
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

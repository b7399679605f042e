// SPDX-License-Identifier: Apache-2.0
// The NUCLEO-F446RE: STM32F446RE, the debugger's line at its USART2, a button to ground.
#include "board_parts.h"
#include "layout.h"
#include "stm32/stm32.h"
#include "tinyusb/device.h"

const char tn_board_name[] = "nucleo_f446re";
// For tests only: a product needs ids of its own (port/tinyusb/device.h).
const struct tn_usb_ids tn_board_usb_ids = {0x1209, 0x0001, 0x0002, "Tenon", "NUCLEO-F446RE"};

const char tn_board_processor[] = "cortex-m4";

// ST, data sheet, flash memory characteristics: at 3.3 V the erase of a sector of 128 KiB takes 1
// s, at most 2; a word 16 us, at most 100.
static const struct tn_flash_run runs[] = {
        {.sector_size = 0x4000, .count = 4},
        {.sector_size = 0x10000, .count = 1},
        {.sector_size = SECTOR, .count = 3},
};
const struct tn_flash tn_board_flash = {
        .ops = &stm32_flash_f4_ops,
        .runs = runs,
        .nruns = 3,
        .erased = 0xff,
        .prog_unit = PROG_UNIT,
        .erase_ms = 2000,
        .stalls_cpu = true,
        .size = FLASH_SIZE,
};

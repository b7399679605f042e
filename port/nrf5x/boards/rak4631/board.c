// SPDX-License-Identifier: Apache-2.0
// The RAK4631: nRF52840, a line at its UART1, no button.
#include "board_parts.h"
#include "layout.h"
#include "nrf5x/nrf5x.h"
#include "tinyusb/device.h"

const char tn_board_name[] = "rak4631";
// For tests only: a product needs ids of its own (port/tinyusb/device.h).
const struct tn_usb_ids tn_board_usb_ids = {0x1209, 0x0001, 0x0002, "Tenon", "RAK4631"};

const char tn_board_processor[] = "cortex-m4";

// "nRF52840 Product Specification", version 1.1, section 4.3.9: 256 pages of 4 KiB; an erase takes
// 85 ms, a word 41 us.
static const struct tn_flash_run runs[] = {{.sector_size = SECTOR, .count = FLASH_SIZE / SECTOR}};
const struct tn_flash tn_board_flash = {
        .ops = &nrf51_flash_ops,
        .runs = runs,
        .nruns = 1,
        .erased = 0xff,
        .prog_unit = 4,
        .erase_ms = 100,  // in parts: flash_parts.c
        .stalls_cpu = true,
        .size = FLASH_SIZE,
};

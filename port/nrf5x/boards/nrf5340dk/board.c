// SPDX-License-Identifier: Apache-2.0
// The nRF5340 DK (PCA10095), application core: button 1, a line by its interface chip. Loader and
// application run secure; the network core is left alone, in its reset.
#include "board_parts.h"
#include "layout.h"
#include "nrf5x/nrf5x.h"
#include "tinyusb/device.h"

const char tn_board_name[] = "nrf5340dk";
// For tests only: a product needs ids of its own (port/tinyusb/device.h).
const struct tn_usb_ids tn_board_usb_ids = {0x1209, 0x0001, 0x0002, "Tenon", "nRF5340 DK"};

const char tn_board_processor[] = "cortex-m33";

// "nRF5340 Product Specification", NVMC: 256 pages of 4 KiB; the core stands still during an erase
// if it runs from flash. The erase's time is the nRF52840's 85 ms and some more: the nRF5340's
// table of times was not at hand.
static const struct tn_flash_run runs[] = {{.sector_size = SECTOR, .count = FLASH_SIZE / SECTOR}};
const struct tn_flash tn_board_flash = {
        .ops = &nrf51_flash_ops,
        .runs = runs,
        .nruns = 1,
        .erased = 0xff,
        .prog_unit = 4,
        .erase_ms = 90,
        .stalls_cpu = true,
        .size = FLASH_SIZE,
};

// SPDX-License-Identifier: Apache-2.0
#include "board.h"
#include "nrf5x/boards/rak4631/layout.h"

const struct tn_emu_layout tn_emu_rak4631 = {
        .name = "rak4631",
        .chip = &tn_emu_nrf52840,
        .boot_size = BOOT_SIZE,
        .locked_end = MARK_ADDR + MARK_SIZE,
        .primary = PRIMARY_ADDR,
        .primary_size = PRIMARY_SIZE,
        .secondary = SECONDARY_ADDR,
        .secondary_size = SECONDARY_SIZE,
        .outcome = OUTCOME_ADDR,
        .outcome_size = OUTCOME_SIZE,
        .header = IMAGE_HEADER,
        .card_cs = 26,  // PIN_SD_CS of its pins.h
};

const struct tn_emu_layout tn_emu_rak4631_ext = {
        .name = "rak4631_ext",
        .chip = &tn_emu_nrf52840,
        .boot_size = BOOT_SIZE,
        .locked_end = MARK_ADDR + MARK_SIZE,
        .primary = PRIMARY_ADDR,
        .primary_size = LONG_PRIMARY_SIZE,
        .secondary_size = EXTERNAL_SIZE,
        .external = 2 << 20,
        .external_sector = EXTERNAL_SECTOR,
        .header = IMAGE_HEADER,
        .card_cs = 26,  // PIN_NOR_CS of its pins.h
};

const struct tn_emu_layout tn_emu_rak4631_set = {
        .name = "rak4631_set",
        .chip = &tn_emu_nrf52840,
        .boot_size = BOOT_SIZE,
        .locked_end = MARK_ADDR + MARK_SIZE,
        .primary = PRIMARY_ADDR,
        .primary_size = PRIMARY_SIZE,
        .secondary_size = PRIMARY_SIZE + EXTERNAL_SECTOR,
        .external = 2 << 20,
        .external_sector = EXTERNAL_SECTOR,
        .data = SECONDARY_ADDR,
        .data_size = SECONDARY_SIZE - 2 * SECTOR,  // its log is behind it (prog/set/board.c)
        .header = IMAGE_HEADER,
        .card_cs = 26,  // PIN_NOR_CS of its pins.h
};

const struct tn_emu_layout tn_emu_rak4631_even = {
        .chip = &tn_emu_nrf52840,
        .boot_size = BOOT_SIZE,
        .primary = PRIMARY_ADDR,
        .primary_size = PRIMARY_SIZE,
        .secondary = SECONDARY_ADDR,
        .secondary_size = PRIMARY_SIZE,
        .scratch = SECONDARY_ADDR + PRIMARY_SIZE,
        .scratch_size = 0x2000,
        .header = IMAGE_HEADER,
};

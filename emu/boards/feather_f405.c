// SPDX-License-Identifier: Apache-2.0
#include "board.h"
#include "stm32/boards/feather_f405/layout.h"

const struct tn_emu_layout tn_emu_feather_f405 = {
        .name = "feather_f405",
        .chip = &tn_emu_stm32f405,
        .boot_size = BOOT_SIZE,
        .locked_end = MARK_ADDR + MARK_SIZE - FLASH_ADDR,
        .primary = PRIMARY_ADDR - FLASH_ADDR,
        .primary_size = PRIMARY_SIZE,
        .secondary = SECONDARY_ADDR - FLASH_ADDR,
        .secondary_size = SECONDARY_SIZE,
        .outcome = OUTCOME_ADDR - FLASH_ADDR,
        .outcome_size = OUTCOME_SIZE,
        .header = IMAGE_HEADER,
        .hse_khz = 12000,
};

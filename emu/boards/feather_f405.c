// SPDX-License-Identifier: Apache-2.0
#include "board.h"
#include "stm32/boards/feather_f405/layout.h"

const struct tn_emu_layout tn_emu_feather_f405 = {
        .name = "feather_f405",
        .chip = &tn_emu_stm32f405,
        .boot_size = CODE_ADDR + CODE_SIZE - BOOT_ADDR,
        .locked_end = MARK_ADDR + MARK_SIZE - FLASH_ADDR,
        .primary = PRIMARY_ADDR - FLASH_ADDR,
        .primary_size = PRIMARY_SIZE,
        .secondary = SECONDARY_ADDR - FLASH_ADDR,
        .secondary_size = SECONDARY_SIZE,
        .outcome = OUTCOME_ADDR - FLASH_ADDR,
        .outcome_size = OUTCOME_SIZE,
        .scratch = SCRATCH_ADDR - FLASH_ADDR,
        .scratch_size = SCRATCH_SIZE,
        .slots = &tn_layout_swap_scratch,
        .header = IMAGE_HEADER,
        .hse_khz = 12000,
};

// SPDX-License-Identifier: Apache-2.0
#include "board.h"
#include "stm32/boards/nucleo_f207zg/layout.h"
#include "stm32/boards/nucleo_f207zg/pins.h"

const struct tn_emu_layout tn_emu_nucleo_f207zg = {
        .name = "nucleo_f207zg",
        .has_button = true,
        .button_high = BUTTON_HIGH,
        .button_port = PIN_BUTTON / 16,
        .button_pin = PIN_BUTTON % 16,
        .usb_supply_pin = PIN_USB_POWER,
        .chip = &tn_emu_stm32f207,
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
};

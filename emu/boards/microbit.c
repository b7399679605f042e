// SPDX-License-Identifier: Apache-2.0
#include "board.h"
#include "nrf5x/boards/microbit/layout.h"
#include "nrf5x/boards/microbit/pins.h"

const struct tn_emu_layout tn_emu_microbit = {
        .name = "microbit",
        .has_button = true,
        .button_pin = PIN_BUTTON,
        .chip = &tn_emu_nrf51822,
        .boot_size = BOOT_SIZE,
        .locked_end = MARK_ADDR + MARK_SIZE,
        .primary = PRIMARY_ADDR,
        .primary_size = PRIMARY_SIZE,
        .secondary = SECONDARY_ADDR,
        .secondary_size = SECONDARY_SIZE,
        .outcome = OUTCOME_ADDR,
        .outcome_size = OUTCOME_SIZE,
        .header = IMAGE_HEADER,
};

const struct tn_emu_layout tn_emu_microbit_even = {
        .chip = &tn_emu_nrf51822,
        .boot_size = BOOT_SIZE,
        .primary = PRIMARY_ADDR,
        .primary_size = PRIMARY_SIZE,
        .secondary = SECONDARY_ADDR,
        .secondary_size = PRIMARY_SIZE,
        .scratch = SECONDARY_ADDR + PRIMARY_SIZE,
        .scratch_size = 0x2000,
        .header = IMAGE_HEADER,
};

// SPDX-License-Identifier: Apache-2.0
#include "board.h"
#include "nrf5x/boards/nrf52833dk/layout.h"
#include "nrf5x/boards/nrf52833dk/pins.h"

const struct tn_emu_layout tn_emu_nrf52833dk = {
        .name = "nrf52833dk",
        .has_button = true,
        .button_pin = PIN_BUTTON,
        .chip = &tn_emu_nrf52833,
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

// SPDX-License-Identifier: Apache-2.0
// The boards and the chips that can be emulated, a line each.
#include "board.h"

const struct tn_emu_layout *const tn_emu_layouts[] = {
        &tn_emu_microbit,
        &tn_emu_rak4631,
        &tn_emu_nrf52833dk,
        &tn_emu_nrf5340dk,
        &tn_emu_feather_f405,
        &tn_emu_nucleo_f207zg,
        &tn_emu_nucleo_f446re,
        &tn_emu_rak3172,
        &tn_emu_stm32l476g_eval,
        &tn_emu_rak11720,
        NULL,
};

const struct tn_emu_layout *const tn_emu_variants[] = {
        &tn_emu_rak4631_ext, &tn_emu_rak4631_set, NULL};

const struct tn_emu_chip *const tn_emu_chips[] = {
        &tn_emu_nrf51822,
        &tn_emu_nrf52833,
        &tn_emu_nrf52840,
        &tn_emu_nrf5340,
        &tn_emu_stm32f207,
        &tn_emu_stm32f405,
        &tn_emu_stm32f446,
        &tn_emu_stm32l476,
        &tn_emu_stm32wle5,
        &tn_emu_apollo3_blue,
        NULL,
};

// SPDX-License-Identifier: Apache-2.0
// The chips that can be emulated, a row each. A new chip has files of its own and a line here.
#ifndef TN_EMU_CHIPS_H
#define TN_EMU_CHIPS_H

#include "emu/core/chip.h"
#include "emu/core/system.h"

extern const struct tn_emu_chip tn_emu_nrf51822;
extern const struct tn_emu_chip tn_emu_nrf52833;
extern const struct tn_emu_chip tn_emu_nrf52840;
extern const struct tn_emu_chip tn_emu_nrf5340;
extern const struct tn_emu_chip tn_emu_stm32f207;
extern const struct tn_emu_chip tn_emu_stm32f405;
extern const struct tn_emu_chip tn_emu_stm32l476;
extern const struct tn_emu_chip tn_emu_stm32wle5;
extern const struct tn_emu_chip tn_emu_apollo3_blue;

#endif

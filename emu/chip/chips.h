// SPDX-License-Identifier: Apache-2.0
// The chips that can be emulated, a row each. A new chip has files of its own and a line here.
#ifndef TN_EMU_CHIPS_H
#define TN_EMU_CHIPS_H

#include "emu/core/chip.h"

extern const struct tn_emu_chip tn_emu_nrf51822;
extern const struct tn_emu_chip tn_emu_nrf52840;

// Devices that chips of several families share.

// cortexm.c: the system control block, 0xe000e000 to 0xe000efff, where a program requests a reset.
extern const struct tn_emu_device tn_emu_cortexm_system;

#endif

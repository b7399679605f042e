// SPDX-License-Identifier: Apache-2.0
// The devices that nRF51 and nRF52 share.
#ifndef TN_EMU_NRF5X_PRIV_H
#define TN_EMU_NRF5X_PRIV_H

#include "emu/core/chip.h"

extern const struct tn_emu_device tn_emu_nrf5x_nvmc;      // nrf5x_nvmc.c
extern const struct tn_emu_device tn_emu_nrf5x_power;     // nrf5x_power.c
extern const struct tn_emu_device tn_emu_nrf5x_watchdog;  // nrf5x_watchdog.c
extern const struct tn_emu_device tn_emu_nrf5x_uart;      // nrf5x_simple.c; so are those below
extern const struct tn_emu_device tn_emu_nrf5x_timer0;
extern const struct tn_emu_device tn_emu_nrf5x_gpio;
extern const struct tn_emu_device tn_emu_nrf5x_ficr;

#endif

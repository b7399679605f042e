// SPDX-License-Identifier: Apache-2.0
// The devices of the Apollo3 Blue.
#ifndef TN_EMU_APOLLO3_PRIV_H
#define TN_EMU_APOLLO3_PRIV_H

#include "emu/core/chip.h"

extern const struct tn_emu_device tn_emu_apollo3_flash;   // apollo3_flash.c
extern const struct tn_emu_device tn_emu_apollo3_uart0;   // apollo3_uart.c
extern const struct tn_emu_device tn_emu_apollo3_timer;   // apollo3_timer.c
extern const struct tn_emu_device tn_emu_apollo3_gpio;    // apollo3_gpio.c
extern const struct tn_emu_device tn_emu_apollo3_rstgen;  // apollo3_system.c
extern const struct tn_emu_device tn_emu_apollo3_stat;
extern const struct tn_emu_device tn_emu_apollo3_clkgen;
extern const struct tn_emu_device tn_emu_apollo3_cachectrl;
extern const struct tn_emu_device tn_emu_apollo3_mcuctrl;
extern const struct tn_emu_device tn_emu_apollo3_pwrctrl;
extern const struct tn_emu_device tn_emu_apollo3_watchdog;

// True if MCUCTRL.FLASHWPROT protects the flash at this offset.
bool tn_emu_apollo3_is_protected(struct tn_emu *e, uint32_t off);

// True if PWRCTRL supplies UART0.
bool tn_emu_apollo3_uart_has_power(struct tn_emu *e);

// True if RSTGEN lets the watchdog reset the chip.
bool tn_emu_apollo3_watchdog_resets(struct tn_emu *e);

#endif

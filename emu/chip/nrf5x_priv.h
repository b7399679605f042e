// SPDX-License-Identifier: Apache-2.0
// The devices that nRF51 and nRF52 share: most are at the same addresses in both.
#ifndef TN_EMU_NRF5X_PRIV_H
#define TN_EMU_NRF5X_PRIV_H

#include "emu/core/chip.h"
#include "port/posix/usb_cable.h"

extern const struct tn_emu_device tn_emu_nrf5x_nvmc;      // nrf5x_nvmc.c
extern const struct tn_emu_device tn_emu_nrf5x_power;     // nrf5x_power.c
extern const struct tn_emu_device tn_emu_nrf5x_watchdog;  // nrf5x_watchdog.c
extern const struct tn_emu_device tn_emu_nrf5x_uart;      // nrf5x_uart.c
extern const struct tn_emu_device tn_emu_nrf52_uarte0;    // nrf5x_uarte.c
extern const struct tn_emu_device tn_emu_nrf52_serial;    // nrf52_serial.c: both
extern const struct tn_emu_device tn_emu_nrf51_twi0;      // nrf51_twi.c
extern const struct tn_emu_device tn_emu_nrf51_twi1;
extern const struct tn_emu_device tn_emu_nrf5x_rng;  // nrf5x_rng.c
extern const struct tn_emu_device tn_emu_nrf5x_temp;
extern const struct tn_emu_device tn_emu_nrf5x_gpio;  // nrf5x_gpio.c
extern const struct tn_emu_device tn_emu_nrf5x_ficr;  // nrf5x_info.c
extern const struct tn_emu_device tn_emu_nrf5x_uicr;
extern const struct tn_emu_device tn_emu_nrf5x_rom_table;
extern const struct tn_emu_device tn_emu_nrf5x_timer0;  // nrf5x_timer.c
extern const struct tn_emu_device tn_emu_nrf5x_timer1;
extern const struct tn_emu_device tn_emu_nrf5x_timer2;
extern const struct tn_emu_device tn_emu_nrf5x_timer3;
extern const struct tn_emu_device tn_emu_nrf5x_timer4;
extern const struct tn_emu_device tn_emu_nrf5x_rtc0;  // nrf5x_rtc.c
extern const struct tn_emu_device tn_emu_nrf5x_rtc1;
extern const struct tn_emu_device tn_emu_nrf5x_rtc2;

extern const struct tn_emu_device tn_emu_nrf52_usbd;  // nrf5x_usbd.c
extern const struct tn_emu_device tn_emu_nrf52_anomaly;
extern const struct tn_usb_cable tn_emu_nrf5x_usb;

extern const struct tn_emu_device tn_emu_nrf52_spim0;  // nrf52_spim.c

// Blocks that are not modelled: nrf5x_unknown.c
extern const struct tn_emu_device tn_emu_nrf5x_radio;
extern const struct tn_emu_device tn_emu_nrf5x_gpiote;
extern const struct tn_emu_device tn_emu_nrf5x_adc;
extern const struct tn_emu_device tn_emu_nrf5x_ecb;
extern const struct tn_emu_device tn_emu_nrf5x_aar;
extern const struct tn_emu_device tn_emu_nrf5x_qdec;
extern const struct tn_emu_device tn_emu_nrf5x_lpcomp;
extern const struct tn_emu_device tn_emu_nrf5x_ppi;
extern const struct tn_emu_device tn_emu_nrf52_spim1;
extern const struct tn_emu_device tn_emu_nrf52_nfct;
extern const struct tn_emu_device tn_emu_nrf52_pwm0;
extern const struct tn_emu_device tn_emu_nrf52_uarte1;
extern const struct tn_emu_device tn_emu_nrf52_qspi;
extern const struct tn_emu_device tn_emu_nrf52_pwm3;
extern const struct tn_emu_device tn_emu_nrf52_spim3;

// True if the program may write words now (NVMC.CONFIG).
bool tn_emu_nrf5x_may_write(struct tn_emu *e);

// True if the crystal oscillator runs.
bool tn_emu_nrf5x_has_crystal(struct tn_emu *e);

// True if the USB's regulator has settled: the cable is plugged in, and USBD is enabled. Only for a
// chip with USBD.
bool tn_emu_nrf5x_has_usb_supply(struct tn_emu *e);

// True if this pin is an output and high, or an input with a high level from outside.
bool tn_emu_nrf5x_is_high(struct tn_emu *e, unsigned port, unsigned pin);

// Levels of pins have changed: of a chip with SPIM0 that has an external flash (e->nor).
void tn_emu_nrf52_spim_pins(struct tn_emu *e);

// True if the nRF51 protects the flash at this offset until the next reset.
bool tn_emu_nrf51_is_protected(struct tn_emu *e, uint32_t off);

#endif

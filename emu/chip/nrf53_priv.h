// SPDX-License-Identifier: Apache-2.0
// The devices of the nRF5340's application core at their secure addresses.
#ifndef TN_EMU_NRF53_PRIV_H
#define TN_EMU_NRF53_PRIV_H

#include "emu/core/chip.h"

extern const struct tn_emu_device tn_emu_nrf53_nvmc;      // nrf53_nvmc.c
extern const struct tn_emu_device tn_emu_nrf53_spu;       // nrf53_spu.c
extern const struct tn_emu_device tn_emu_nrf53_power;     // nrf53_power.c
extern const struct tn_emu_device tn_emu_nrf53_uarte0;    // nrf5x_uarte.c
extern const struct tn_emu_device tn_emu_nrf53_watchdog;  // nrf5x_watchdog.c
extern const struct tn_emu_device tn_emu_nrf53_gpio;      // nrf5x_gpio.c
extern const struct tn_emu_device tn_emu_nrf53_ficr;      // nrf5x_info.c
extern const struct tn_emu_device tn_emu_nrf53_uicr;
extern const struct tn_emu_device tn_emu_nrf53_timer0;  // nrf5x_timer.c
extern const struct tn_emu_device tn_emu_nrf53_timer1;
extern const struct tn_emu_device tn_emu_nrf53_timer2;
extern const struct tn_emu_device tn_emu_nrf53_rtc0;  // nrf5x_rtc.c
extern const struct tn_emu_device tn_emu_nrf53_rtc1;

extern const struct tn_emu_device tn_emu_nrf53_usbd;    // nrf5x_usbd.c
extern const struct tn_emu_device tn_emu_nrf53_usbreg;  // nrf53_usbreg.c

// True if the crystal oscillator runs.
bool tn_emu_nrf53_has_crystal(struct tn_emu *e);

// True if secure code may write words now (NVMC.CONFIG).
bool tn_emu_nrf53_may_write(struct tn_emu *e);

// True if the SPU lets secure code write to or erase the flash at this offset. If not, notes the
// violation.
bool tn_emu_nrf53_spu_allows(struct tn_emu *e, uint32_t off);

#endif

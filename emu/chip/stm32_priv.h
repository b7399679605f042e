// SPDX-License-Identifier: Apache-2.0
// The devices of STM32 chips: L4, WL, and F4 with F2. What lies at another address in a family has
// a row of its own.
#ifndef TN_EMU_STM32_PRIV_H
#define TN_EMU_STM32_PRIV_H

#include "emu/core/chip.h"
#include "port/posix/usb_cable.h"

extern const struct tn_emu_device tn_emu_stm32l4_flash;  // stm32_flash_l4.c
extern const struct tn_emu_device tn_emu_stm32wl_flash;
extern const struct tn_emu_device tn_emu_stm32f4_flash;  // stm32_flash_f4.c
extern const struct tn_emu_device tn_emu_stm32l4_rcc;    // stm32_rcc.c
extern const struct tn_emu_device tn_emu_stm32wl_rcc;
extern const struct tn_emu_device tn_emu_stm32f4_rcc;
extern const struct tn_emu_device tn_emu_stm32l4_usart1;  // stm32_usart.c
extern const struct tn_emu_device tn_emu_stm32l4_usart2;
extern const struct tn_emu_device tn_emu_stm32wl_usart1;
extern const struct tn_emu_device tn_emu_stm32wl_usart2;
extern const struct tn_emu_device tn_emu_stm32f4_usart2;
extern const struct tn_emu_device tn_emu_stm32f4_usart3;
extern const struct tn_emu_device tn_emu_stm32f446_usart2;
extern const struct tn_emu_device tn_emu_stm32l4_timer2;  // stm32_timer.c
extern const struct tn_emu_device tn_emu_stm32wl_timer2;
extern const struct tn_emu_device tn_emu_stm32f4_timer2;
extern const struct tn_emu_device tn_emu_stm32l4_gpio;  // stm32_gpio.c; the WL's too
extern const struct tn_emu_device tn_emu_stm32f4_gpio;
extern const struct tn_emu_device tn_emu_stm32_watchdog;  // stm32_watchdog.c
extern const struct tn_emu_device tn_emu_stm32l4_pwr;     // stm32_backup.c
extern const struct tn_emu_device tn_emu_stm32wl_pwr;
extern const struct tn_emu_device tn_emu_stm32l4_backup;
extern const struct tn_emu_device tn_emu_stm32wl_backup;
extern const struct tn_emu_device tn_emu_stm32l4_syscfg;  // stm32_syscfg.c; the WL's too
extern const struct tn_emu_device tn_emu_stm32f4_syscfg;
extern const struct tn_emu_device tn_emu_stm32_id;    // stm32_id.c
extern const struct tn_emu_device tn_emu_stm32_otg1;  // stm32_otg.c: F207, F405
extern const struct tn_emu_device tn_emu_stm32_otg2;  // F446, L476
extern const struct tn_usb_cable tn_emu_stm32_usb;

// The clock of buses and timers, in Hz.
uint32_t tn_emu_stm32_hz(struct tn_emu *e);

// The clock that the OTG_FS gets for 48 MHz, in Hz. 0: none, or one that is not exact enough.
uint32_t tn_emu_stm32_usb_hz(struct tn_emu *e);

// True if the OTG_FS is switched on; the L4's pins need their supply, too (PWR).
bool tn_emu_stm32_has_otg(struct tn_emu *e);
bool tn_emu_stm32_has_usb_supply(struct tn_emu *e);

// The enable registers of RCC, by their buses.
enum tn_emu_stm32_bus {
    TN_EMU_STM32_PORTS,  // AHB2 of the L4, AHB1 of the F4: GPIO
    TN_EMU_STM32_APB1,
    TN_EMU_STM32_APB2,
};

// True if this bit of the bus's enable register is set: else a device takes no notice of stores.
bool tn_emu_stm32_is_on(struct tn_emu *e, enum tn_emu_stm32_bus bus, unsigned bit);

// True if the pin is connected to a device as this alternate function. stm32_gpio.c
bool tn_emu_stm32_pin_is(struct tn_emu *e, unsigned port, unsigned pin, unsigned function);

// True if the pin is an output that drives a high level.
bool tn_emu_stm32_pin_drives(struct tn_emu *e, unsigned port, unsigned pin);

// The family, by the chip's first device.
bool tn_emu_stm32_is_wl(const struct tn_emu *e);
bool tn_emu_stm32_is_f4(const struct tn_emu *e);

#endif

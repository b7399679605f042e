// SPDX-License-Identifier: Apache-2.0
// The devices of STM32L4 and STM32WL. What lies at another address in each has two rows.
#ifndef TN_EMU_STM32_PRIV_H
#define TN_EMU_STM32_PRIV_H

#include "emu/core/chip.h"

extern const struct tn_emu_device tn_emu_stm32l4_flash;  // stm32_flash_l4.c
extern const struct tn_emu_device tn_emu_stm32wl_flash;
extern const struct tn_emu_device tn_emu_stm32l4_rcc;  // stm32_rcc.c
extern const struct tn_emu_device tn_emu_stm32wl_rcc;
extern const struct tn_emu_device tn_emu_stm32l4_usart1;  // stm32_usart.c
extern const struct tn_emu_device tn_emu_stm32l4_usart2;
extern const struct tn_emu_device tn_emu_stm32wl_usart1;
extern const struct tn_emu_device tn_emu_stm32wl_usart2;
extern const struct tn_emu_device tn_emu_stm32l4_timer2;  // stm32_timer.c
extern const struct tn_emu_device tn_emu_stm32wl_timer2;
extern const struct tn_emu_device tn_emu_stm32_gpio;      // stm32_gpio.c
extern const struct tn_emu_device tn_emu_stm32_watchdog;  // stm32_watchdog.c
extern const struct tn_emu_device tn_emu_stm32l4_pwr;     // stm32_backup.c
extern const struct tn_emu_device tn_emu_stm32wl_pwr;
extern const struct tn_emu_device tn_emu_stm32l4_backup;
extern const struct tn_emu_device tn_emu_stm32wl_backup;
extern const struct tn_emu_device tn_emu_stm32_id;  // stm32_id.c

// The clock of buses and timers, in Hz.
uint32_t tn_emu_stm32_hz(struct tn_emu *e);

// True if this bit of an enable register of RCC is set: else a device takes no notice of stores.
bool tn_emu_stm32_is_on(struct tn_emu *e, uint32_t enable, unsigned bit);

// Offsets in RCC of the registers that switch devices on.
enum {
    TN_EMU_STM32_AHB2 = 0x4c,
    TN_EMU_STM32_APB1 = 0x58,
    TN_EMU_STM32_APB2 = 0x60,
};

#endif

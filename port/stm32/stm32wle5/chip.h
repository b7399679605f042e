// SPDX-License-Identifier: Apache-2.0
// STM32WLE5: what differs from its relatives. ST, RM0461: sections 2.2 (memory map), 12.3 (vector
// table: 0 to 61), 3.3 (flash: one bank of 128 pages).
#ifndef TN_PORT_CHIP_H
#define TN_PORT_CHIP_H

#define RCC_BASE 0x58000000u
#define FLASH_BASE 0x58004000u
#define UID_BASE 0x1fff7590u     // [manual: RM0461 section 36.1]
#define SYSCFG_BASE 0x40010000u  // always on
#define USART1_BASE 0x40013800u
#define USART2_BASE 0x40004400u
#define FLASH_SR_BUSY (1u << 16 | 1u << 18)  // [FLASH.SR.BSY+CFGBSY]

enum {
    CM_IRQS = 62,  // [irqs]
    STM32_IRQ_TIM2 = 27,
    STM32_IRQ_USART1 = 36,
    STM32_IRQ_USART2 = 37,
    FLASH_PAGE = 2048,
    FLASH_BANK_PAGES = 128,
};

// A double error of the flash's ECC (flash_l4.c).
void stm32_flash_nmi(void);
#define CM_NMI_HANDLER stm32_flash_nmi

#include "stm32/l4.h"

#endif

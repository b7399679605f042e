// SPDX-License-Identifier: Apache-2.0
// STM32L476: what differs from its relatives. ST, RM0351: sections 2.2.2 (memory map), 13.3 (vector
// table: 0 to 81), 3.3 (flash: two banks of 256 pages).
#ifndef TN_PORT_CHIP_H
#define TN_PORT_CHIP_H

#define RCC_BASE 0x40021000u
#define FLASH_BASE 0x40022000u
#define UID_BASE 0x1fff7590u  // [manual: RM0351 section 49.1]
#define SYSCFG_BASE 0x40010000u
#define USART1_BASE 0x40013800u
#define USART2_BASE 0x40004400u
#define FLASH_SR_BUSY (1u << 16)  // [FLASH.SR.BSY]

enum {
    CM_IRQS = 82,  // [manual: RM0351 section 13.3: 0 to 81]
    STM32_IRQ_TIM2 = 28,
    STM32_IRQ_USART1 = 37,
    STM32_IRQ_USART2 = 38,
    FLASH_PAGE = 2048,
    FLASH_BANK_PAGES = 256,
};

// A double error of the flash's ECC (flash_l4.c).
void stm32_flash_nmi(void);
#define CM_NMI_HANDLER stm32_flash_nmi

#define GATE_SYSCFG                                                                                \
    { 0x60, 0x40, 0 }  // [RCC.APB2ENR, RCC.APB2RSTR, RCC.APB2ENR.SYSCFGEN bit]

#include "stm32/l4.h"

#endif

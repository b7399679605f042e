// SPDX-License-Identifier: Apache-2.0
// STM32L476: what differs from its relatives. ST, RM0351: sections 2.2.2 (memory map), 13.3 (vector
// table: 0 to 81), 3.3 (flash: two banks of 256 pages).
#ifndef TN_PORT_CHIP_H
#define TN_PORT_CHIP_H

#define RCC_BASE 0x40021000u
#define FLASH_BASE 0x40022000u
#define UID_BASE 0x1fff7590u            // [manual: RM0351 section 49.1]
#define FLASH_OPTION_WRP1A 0x1fff7818u  // [manual: RM0351, "Option byte organization"]
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

// "PLL configuration register (RCC_PLLCFGR)", "Peripherals independent clock configuration register
// (RCC_CCIPR)", "Power control register 2 (PWR_CR2)".
#define RCC_PLLCFGR STM32_REG(RCC_BASE + 0x0c)
#define RCC_PLLCFGR_RESET 0x1000u    // [RCC.PLLCFGR reset]
#define RCC_PLLCFGR_HSE (3u << 0)    // [RCC.PLLCFGR.PLLSRC=3]
#define RCC_PLLCFGR_M(m) ((m) << 4)  // the divider less one [RCC.PLLCFGR.PLLM]
#define RCC_PLLCFGR_N(n) ((n) << 8)  // [RCC.PLLCFGR.PLLN]
#define RCC_PLLCFGR_QEN (1u << 20)   // [RCC.PLLCFGR.PLLQEN]
#define RCC_PLLCFGR_Q_4 (1u << 21)   // [RCC.PLLCFGR.PLLQ=1]
#define RCC_CCIPR STM32_REG(RCC_BASE + 0x88)
#define RCC_CCIPR_CLK48SEL (3u << 26)
#define RCC_CCIPR_CLK48SEL_PLLQ (2u << 26)  // [RCC.CCIPR.CLK48SEL=2]
#define PWR_CR2 STM32_REG(0x40007004)
#define PWR_CR2_USV (1u << 10)  // USB's supply is there
#define GATE_PWR                                                                                   \
    { 0x58, 0x38, 28 }  // [RCC.APB1ENR1, RCC.APB1RSTR1, RCC.APB1ENR1.PWREN bit]
#define GATE_OTG_FS                                                                                \
    { 0x4c, 0x2c, 12 }  // [RCC.AHB2ENR, RCC.AHB2RSTR, RCC.AHB2ENR.OTGFSEN bit]

#include "stm32/l4.h"

// "OTG general core configuration register (OTG_GCCFG)": whether VBUS at PA9 is looked at.
enum {
    OTG_FS_ENDPOINTS = 6,  // [manual: RM0351, "USB on-the-go", main features]
};
#define OTG_FS_GCCFG_SENSES (1u << 21)  // VBDEN [manual: RM0351, "OTG_GCCFG"]
#define OTG_FS_GCCFG_NO_SENSE 0u

#endif

// SPDX-License-Identifier: Apache-2.0
// Registers that the STM32F2 and the STM32F4 share.
//
// Sources: ST, RM0033 (STM32F20x) and RM0090 (STM32F40x); sections by their titles.
#ifndef TN_PORT_STM32_F4_H
#define TN_PORT_STM32_F4_H

#include "stm32/registers.h"

#define RCC_BASE 0x40023800u
#define FLASH_BASE 0x40023c00u
#define SYSCFG_BASE 0x40013800u
#define GPIO_BASE(port) (0x40020000u + 0x400u * (port))  // [GPIO(port)]
#define UID_BASE 0x1fff7a10u  // [manual: RM0033 and RM0090, "Unique device ID register"]
#define USART1_BASE 0x40011000u
#define USART2_BASE 0x40004400u
#define USART3_BASE 0x40004800u

// "RCC clock control & status register (RCC_CSR)". A software reset and a watchdog drive the reset
// pin too, so that PIN stands beside them.
#define RCC_CSR STM32_REG(RCC_BASE + 0x74)
#define RCC_CSR_RMVF (1u << 24)
#define RCC_CSR_PIN (1u << 26)               // [RCC.CSR.PADRSTF]
#define RCC_CSR_POWER (1u << 25 | 1u << 27)  // [RCC.CSR.BORRSTF+PORRSTF]
#define RCC_CSR_SOFTWARE (1u << 28)          // [RCC.CSR.SFTRSTF]
#define RCC_CSR_WATCHDOG (3u << 29)          // [RCC.CSR.WDGRSTF+WWDGRSTF]
// [RCC.CSR.BORRSTF+PADRSTF+PORRSTF+SFTRSTF+WDGRSTF+WWDGRSTF+LPWRRSTF]
#define RCC_CSR_CAUSES (0x7fu << 25)

// "RCC clock control register (RCC_CR)", "RCC PLL configuration register (RCC_PLLCFGR)".
#define RCC_CR STM32_REG(RCC_BASE + 0x00)
#define RCC_CR_HSEON (1u << 16)
#define RCC_CR_HSERDY (1u << 17)
#define RCC_CR_HSEBYP (1u << 18)
#define RCC_CR_PLLON (1u << 24)
#define RCC_CR_PLLRDY (1u << 25)
#define RCC_PLLCFGR STM32_REG(RCC_BASE + 0x04)
#define RCC_PLLCFGR_RESET 0x24003010u  // [RCC.PLLCFGR reset]
#define RCC_PLLCFGR_KEPT 0xf0000000u   // PLLR of the F446 [none: reserved in the others]
#define RCC_PLLCFGR_M(m) ((m) << 0)    // [RCC.PLLCFGR.PLLM]
#define RCC_PLLCFGR_N(n) ((n) << 6)    // [RCC.PLLCFGR.PLLN]
#define RCC_PLLCFGR_P_8 (3u << 16)     // [RCC.PLLCFGR.PLLP=3]
#define RCC_PLLCFGR_HSE (1u << 22)     // [RCC.PLLCFGR.PLLSRC]
#define RCC_PLLCFGR_Q(q) ((q) << 24)   // [RCC.PLLCFGR.PLLQ]

// "Flash interface registers".
#define FLASH_ACR STM32_REG(FLASH_BASE + 0x00)
#define FLASH_ACR_ICEN (1u << 9)
#define FLASH_ACR_DCEN (1u << 10)
#define FLASH_ACR_ICRST (1u << 11)  // only while ICEN is 0
#define FLASH_ACR_DCRST (1u << 12)  // only while DCEN is 0
#define FLASH_KEYR STM32_REG(FLASH_BASE + 0x04)
#define FLASH_KEYR_KEY1 0x45670123u  // [manual: RM0090, "Unlocking the Flash control register"]
#define FLASH_KEYR_KEY2 0xcdef89abu  // [manual: RM0090, "Unlocking the Flash control register"]
#define FLASH_OPTKEYR STM32_REG(FLASH_BASE + 0x08)
#define FLASH_OPTKEYR_KEY1 0x08192a3bu  // [manual: RM0090, "Programming user option bytes"]
#define FLASH_OPTKEYR_KEY2 0x4c5d6e7fu  // [manual: RM0090, "Programming user option bytes"]
#define FLASH_OPTCR STM32_REG(FLASH_BASE + 0x14)
#define FLASH_OPTCR_OPTLOCK (1u << 0)
#define FLASH_OPTCR_OPTSTRT (1u << 1)
#define FLASH_OPTCR_NWRP(sectors) ((sectors) << 16)  // a bit each; 0: protected
#define FLASH_SR STM32_REG(FLASH_BASE + 0x0c)        // a bit written 1 is cleared
#define FLASH_SR_EOP (1u << 0)
#define FLASH_SR_ERRORS 0xf2u     // [FLASH.SR.OPERR+WRPERR+PGAERR+PGPERR+PGSERR]
#define FLASH_SR_BUSY (1u << 16)  // [FLASH.SR.BSY]
#define FLASH_CR STM32_REG(FLASH_BASE + 0x10)
#define FLASH_CR_PG (1u << 0)
#define FLASH_CR_SER (1u << 1)
#define FLASH_CR_SNB(sector) ((sector) << 3)
#define FLASH_CR_PSIZE_32 (2u << 8)  // words: at 2.7 V and above [FLASH.CR.PSIZE=2]
#define FLASH_CR_STRT (1u << 16)
#define FLASH_CR_LOCK (1u << 31)

// "USART registers". [registers USART1 as USART]
#define USART_SR(u) STM32_REG((u) + 0x00)
#define USART_SR_ORE (1u << 3)  // a read of SR, then of DR clears it
#define USART_SR_RXNE (1u << 5)
#define USART_SR_TC (1u << 6)
#define USART_SR_TXE (1u << 7)
#define USART_DR(u) STM32_REG((u) + 0x04)
#define USART_BRR(u) STM32_REG((u) + 0x08)
#define USART_CR1(u) STM32_REG((u) + 0x0c)
#define USART_CR1_RE (1u << 2)
#define USART_CR1_TE (1u << 3)
#define USART_CR1_RXNEIE (1u << 5)
#define USART_CR1_TXEIE (1u << 7)
#define USART_CR1_UE (1u << 13)

// Where RCC switches a device on, and where it resets it (struct stm32_gate).
#define GATE_GPIO(port)                                                                            \
    { 0x30, 0x10, port }  // [RCC.AHB1ENR, RCC.AHB1RSTR, RCC.AHB1ENR.GPIO(port)EN bit]
#define GATE_TIM2                                                                                  \
    { 0x40, 0x20, 0 }  // [RCC.APB1ENR, RCC.APB1RSTR, RCC.APB1ENR.TIM2EN bit]
#define GATE_USART1                                                                                \
    { 0x44, 0x24, 4 }  // [RCC.APB2ENR, RCC.APB2RSTR, RCC.APB2ENR.USART1EN bit]
#define GATE_SYSCFG                                                                                \
    { 0x44, 0x24, 14 }  // [RCC.APB2ENR, RCC.APB2RSTR, RCC.APB2ENR.SYSCFGEN bit]
#define GATE_USART2                                                                                \
    { 0x40, 0x20, 17 }  // [RCC.APB1ENR, RCC.APB1RSTR, RCC.APB1ENR.USART2EN bit]
#define GATE_USART3                                                                                \
    { 0x40, 0x20, 18 }  // [RCC.APB1ENR, RCC.APB1RSTR, RCC.APB1ENR.USART3EN bit]

#define GATE_OTG_FS                                                                                \
    { 0x34, 0x14, 7 }                      // [RCC.AHB2ENR, RCC.AHB2RSTR, RCC.AHB2ENR.OTGFSEN bit]
#define GPIO_MODER_RESET GPIO_MODER_INPUT  // of a pin that the debugger does not have

// ST, data sheets DS6329 (F207), DS8626 (F405), DS10693 (F446), "Low-speed internal (LSI) RC
// oscillator".
enum {
    LSI_KHZ_MIN = 17,
    LSI_KHZ_MAX = 47,
};

enum {
    STM32_IRQ_TIM2 = 28,
    STM32_IRQ_USART1 = 37,
    STM32_IRQ_USART2 = 38,
    STM32_IRQ_USART3 = 39,
};

#endif

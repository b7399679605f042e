// SPDX-License-Identifier: Apache-2.0
// Registers that the STM32L4 and the STM32WL share, but for their bases (chip.h).
//
// Sources: ST, RM0351 (STM32L47x) and RM0461 (STM32WLEx); sections by their titles.
#ifndef TN_PORT_STM32_L4_H
#define TN_PORT_STM32_L4_H

#include "stm32/registers.h"

#define GPIO_BASE(port) (0x48000000u + 0x400u * (port))  // [GPIO(port)]

// "RCC registers".
#define RCC_CR STM32_REG(RCC_BASE + 0x00)
#define RCC_CR_HSION (1u << 8)
#define RCC_CR_HSIRDY (1u << 10)
#define RCC_CR_HSEON (1u << 16)
#define RCC_CR_HSERDY (1u << 17)
#define RCC_CR_HSEBYP (1u << 18)  // [RCC.CR.HSEBYP of stm32l476]
#define RCC_CR_PLLON (1u << 24)
#define RCC_CR_PLLRDY (1u << 25)
#define RCC_CFGR STM32_REG(RCC_BASE + 0x08)
#define RCC_CFGR_SW 0x3u
#define RCC_CFGR_SW_MSI 0u    // [RCC.CFGR.SW=0]
#define RCC_CFGR_SW_HSI 1u    // [RCC.CFGR.SW=1]
#define RCC_CFGR_SWS 0xcu     // the clock that is in use, as SW
#define RCC_CFGR_SWS_SHIFT 2  // [RCC.CFGR.SWS bit]
#define RCC_CSR STM32_REG(RCC_BASE + 0x94)
#define RCC_CSR_RMVF (1u << 23)

// Resets that RCC_CSR tells of (RCC_CSR, "control/status register"). A software reset and a
// watchdog drive the reset pin too, so that PIN stands beside them.
#define RCC_CSR_PIN (1u << 26)       // [RCC.CSR.PINRSTF]
#define RCC_CSR_POWER (1u << 27)     // power-on and brown-out [RCC.CSR.BORRSTF]
#define RCC_CSR_SOFTWARE (1u << 28)  // [RCC.CSR.SFTRSTF]
#define RCC_CSR_WATCHDOG (3u << 29)  // [RCC.CSR.IWDGRSTF+WWDGRSTF]
// OBLRSTF, PINRSTF, BORRSTF, SFTRSTF, IWDGRSTF, WWDGRSTF, LPWRRSTF. [RCC.CSR fields]
#define RCC_CSR_CAUSES (0x7fu << 25)

// "FLASH registers".
#define FLASH_ACR STM32_REG(FLASH_BASE + 0x00)
#define FLASH_ACR_ICEN (1u << 9)
#define FLASH_ACR_DCEN (1u << 10)
#define FLASH_ACR_ICRST (1u << 11)  // only while ICEN is 0
#define FLASH_ACR_DCRST (1u << 12)  // only while DCEN is 0
#define FLASH_KEYR STM32_REG(FLASH_BASE + 0x08)
#define FLASH_KEYR_KEY1                                                                            \
    0x45670123u  // [manual: RM0351 and RM0461, "Flash program and erase operations"]
#define FLASH_KEYR_KEY2                                                                            \
    0xcdef89abu  // [manual: RM0351 and RM0461, "Flash program and erase operations"]
#define FLASH_OPTKEYR STM32_REG(FLASH_BASE + 0x0c)
#define FLASH_OPTKEYR_KEY1 0x08192a3bu  // [manual: RM0351 and RM0461, "Option bytes programming"]
#define FLASH_OPTKEYR_KEY2 0x4c5d6e7fu  // [manual: RM0351 and RM0461, "Option bytes programming"]
#define FLASH_WRP1AR STM32_REG(FLASH_BASE + 0x2c)
#define FLASH_WRP1AR_STRT (FLASH_BANK_PAGES - 1u)         // [FLASH.WRP1AR.WRP1A_STRT]
#define FLASH_WRP1AR_END ((FLASH_BANK_PAGES - 1u) << 16)  // [FLASH.WRP1AR.WRP1A_END]
#define FLASH_WRP1AR_END_SHIFT 16                         // [FLASH.WRP1AR.WRP1A_END bit]
#define FLASH_SR STM32_REG(FLASH_BASE + 0x10)             // a bit written 1 is cleared
#define FLASH_SR_EOP (1u << 0)
// OPERR; PROGERR, WRPERR, PGAERR, SIZERR, PGSERR, MISERR, FASTERR; RDERR, OPTVERR.
// [FLASH.SR fields]
#define FLASH_SR_ERRORS 0xc3fau
#define FLASH_CR STM32_REG(FLASH_BASE + 0x14)
#define FLASH_CR_PG (1u << 0)
#define FLASH_CR_PER (1u << 1)
#define FLASH_CR_PNB(page) ((page) << 3)
#define FLASH_CR_BKER (1u << 11)  // the second bank; the WL has one [FLASH.CR.BKER of stm32l476]
#define FLASH_CR_STRT (1u << 16)  // [FLASH.CR.START of stm32l476; FLASH.CR.STRT]
#define FLASH_CR_OPTSTRT (1u << 17)
#define FLASH_CR_OPTLOCK (1u << 30)
#define FLASH_CR_LOCK (1u << 31)
#define FLASH_ECCR STM32_REG(FLASH_BASE + 0x18)
#define FLASH_ECCR_ECCD (1u << 31)  // two wrong bits in what was read; written 1: cleared

// "USART registers". [registers USART1 as USART]
#define USART_CR1(u) STM32_REG((u) + 0x00)
#define USART_CR1_UE (1u << 0)
#define USART_CR1_RE (1u << 2)
#define USART_CR1_TE (1u << 3)
#define USART_CR1_RXNEIE (1u << 5)
#define USART_CR1_TXEIE (1u << 7)
#define USART_BRR(u) STM32_REG((u) + 0x0c)
#define USART_ISR(u) STM32_REG((u) + 0x1c)
#define USART_ISR_ORE (1u << 3)
#define USART_ISR_RXNE (1u << 5)
#define USART_ISR_TC (1u << 6)
#define USART_ISR_TXE (1u << 7)
#define USART_ICR(u) STM32_REG((u) + 0x20)
#define USART_ICR_ORECF (1u << 3)
#define USART_RDR(u) STM32_REG((u) + 0x24)
#define USART_TDR(u) STM32_REG((u) + 0x28)

// ST, data sheets DS10198 (L476), DS13105 (WLE5), "Low-speed internal (LSI) RC oscillator", over
// temperature and supply; by its kHz, the fastest rounded up.
enum {
    LSI_KHZ_MIN = 29,
    LSI_KHZ_MAX = 34,
};

// Where RCC switches a device on, and where it resets it (struct stm32_gate).
#define GATE_GPIO(port)                                                                            \
    { 0x4c, 0x2c, port }  // [RCC.AHB2ENR, RCC.AHB2RSTR, RCC.AHB2ENR.GPIO(port)EN bit]
#define GATE_TIM2                                                                                  \
    { 0x58, 0x38, 0 }        // [RCC.APB1ENR1, RCC.APB1RSTR1, RCC.APB1ENR1.TIM2EN bit]
#define GPIO_MODER_RESET 3u  // of a pin that the debugger does not have [GPIOA.MODER.MODER0=ANALOG]
#define GATE_USART1                                                                                \
    { 0x60, 0x40, 14 }  // [RCC.APB2ENR, RCC.APB2RSTR, RCC.APB2ENR.USART1EN bit]
#define GATE_USART2                                                                                \
    { 0x58, 0x38, 17 }  // [RCC.APB1ENR1, RCC.APB1RSTR1, RCC.APB1ENR1.USART2EN bit]

#endif

// SPDX-License-Identifier: Apache-2.0
// Registers that the STM32L4 and the STM32WL share, but for their bases (chip.h).
//
// Sources: ST, RM0351 (STM32L47x) and RM0461 (STM32WLEx); sections by their titles.
#ifndef TN_PORT_STM32_L4_H
#define TN_PORT_STM32_L4_H

#include "stm32/registers.h"

#define GPIO_BASE(port) (0x48000000u + 0x400u * (port))

// "RCC registers".
#define RCC_CR STM32_REG(RCC_BASE + 0x00)
#define RCC_CR_HSION (1u << 8)
#define RCC_CR_HSIRDY (1u << 10)
#define RCC_CFGR STM32_REG(RCC_BASE + 0x08)
#define RCC_CFGR_SW 0x3u
#define RCC_CFGR_SW_MSI 0u
#define RCC_CFGR_SW_HSI 1u
#define RCC_CFGR_SWS 0xcu  // the clock that is in use, as SW
#define RCC_CSR STM32_REG(RCC_BASE + 0x94)
#define RCC_CSR_RMVF (1u << 23)

// Resets that RCC_CSR tells of (RCC_CSR, "control/status register"). A software reset and a
// watchdog drive the reset pin too, so that PIN stands beside them.
#define RCC_CSR_PIN (1u << 26)
#define RCC_CSR_POWER (1u << 27)  // BORRSTF: power-on and brown-out
#define RCC_CSR_SOFTWARE (1u << 28)
#define RCC_CSR_WATCHDOG (3u << 29)  // IWDGRSTF, WWDGRSTF
#define RCC_CSR_CAUSES (0x7fu << 25)

// "FLASH registers".
#define FLASH_ACR STM32_REG(FLASH_BASE + 0x00)
#define FLASH_ACR_DCEN (1u << 10)
#define FLASH_ACR_DCRST (1u << 12)  // only while DCEN is 0
#define FLASH_KEYR STM32_REG(FLASH_BASE + 0x08)
#define FLASH_KEYR_KEY1 0x45670123u
#define FLASH_KEYR_KEY2 0xcdef89abu
#define FLASH_SR STM32_REG(FLASH_BASE + 0x10)  // a bit written 1 is cleared
#define FLASH_SR_EOP (1u << 0)
// OPERR; PROGERR, WRPERR, PGAERR, SIZERR, PGSERR, MISERR, FASTERR; RDERR, OPTVERR.
#define FLASH_SR_ERRORS 0xc3fau
#define FLASH_CR STM32_REG(FLASH_BASE + 0x14)
#define FLASH_CR_PG (1u << 0)
#define FLASH_CR_PER (1u << 1)
#define FLASH_CR_PNB(page) ((page) << 3)
#define FLASH_CR_BKER (1u << 11)  // the second bank
#define FLASH_CR_STRT (1u << 16)
#define FLASH_CR_LOCK (1u << 31)
#define FLASH_ECCR STM32_REG(FLASH_BASE + 0x18)
#define FLASH_ECCR_ECCD (1u << 31)  // two wrong bits in what was read; written 1: cleared

// "USART registers".
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

// Where RCC switches a device on, and where it resets it (struct stm32_gate).
#define GATE_GPIO(port)                                                                            \
    { 0x4c, 0x2c, port }  // AHB2ENR, AHB2RSTR
#define GATE_TIM2                                                                                  \
    { 0x58, 0x38, 0 }  // APB1ENR1, APB1RSTR1
#define GATE_USART1                                                                                \
    { 0x60, 0x40, 14 }  // APB2ENR, APB2RSTR
#define GATE_USART2                                                                                \
    { 0x58, 0x38, 17 }

#endif

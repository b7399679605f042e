// SPDX-License-Identifier: Apache-2.0
// Registers that the STM32F2 and the STM32F4 share.
//
// Sources: ST, RM0033 (STM32F20x) and RM0090 (STM32F40x); sections by their titles.
#ifndef TN_PORT_STM32_F4_H
#define TN_PORT_STM32_F4_H

#include "stm32/registers.h"

#define RCC_BASE 0x40023800u
#define FLASH_BASE 0x40023c00u
#define GPIO_BASE(port) (0x40020000u + 0x400u * (port))
#define UID_BASE 0x1fff7a10u  // "Unique device ID register"
#define USART1_BASE 0x40011000u
#define USART2_BASE 0x40004400u
#define USART3_BASE 0x40004800u

// "RCC clock control & status register (RCC_CSR)". A software reset and a watchdog drive the reset
// pin too, so that PIN stands beside them.
#define RCC_CSR STM32_REG(RCC_BASE + 0x74)
#define RCC_CSR_RMVF (1u << 24)
#define RCC_CSR_PIN (1u << 26)
#define RCC_CSR_POWER (1u << 25 | 1u << 27)  // BORRSTF, PORRSTF
#define RCC_CSR_SOFTWARE (1u << 28)
#define RCC_CSR_WATCHDOG (3u << 29)  // IWDGRSTF, WWDGRSTF
#define RCC_CSR_CAUSES (0x7fu << 25)

// "Flash interface registers".
#define FLASH_ACR STM32_REG(FLASH_BASE + 0x00)
#define FLASH_ACR_DCEN (1u << 10)
#define FLASH_ACR_DCRST (1u << 12)  // only while DCEN is 0
#define FLASH_KEYR STM32_REG(FLASH_BASE + 0x04)
#define FLASH_KEYR_KEY1 0x45670123u
#define FLASH_KEYR_KEY2 0xcdef89abu
#define FLASH_SR STM32_REG(FLASH_BASE + 0x0c)  // a bit written 1 is cleared
#define FLASH_SR_EOP (1u << 0)
#define FLASH_SR_ERRORS 0xf2u  // OPERR; WRPERR, PGAERR, PGPERR, PGSERR
#define FLASH_SR_BUSY (1u << 16)
#define FLASH_CR STM32_REG(FLASH_BASE + 0x10)
#define FLASH_CR_PG (1u << 0)
#define FLASH_CR_SER (1u << 1)
#define FLASH_CR_SNB(sector) ((sector) << 3)
#define FLASH_CR_PSIZE_32 (2u << 8)  // words: at 2.7 V and above
#define FLASH_CR_STRT (1u << 16)
#define FLASH_CR_LOCK (1u << 31)

// "USART registers".
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
    { 0x30, 0x10, port }  // AHB1ENR, AHB1RSTR
#define GATE_TIM2                                                                                  \
    { 0x40, 0x20, 0 }  // APB1ENR, APB1RSTR
#define GATE_USART1                                                                                \
    { 0x44, 0x24, 4 }  // APB2ENR, APB2RSTR
#define GATE_USART2                                                                                \
    { 0x40, 0x20, 17 }
#define GATE_USART3                                                                                \
    { 0x40, 0x20, 18 }

enum {
    STM32_IRQ_TIM2 = 28,
    STM32_IRQ_USART1 = 37,
    STM32_IRQ_USART2 = 38,
    STM32_IRQ_USART3 = 39,
};

#endif

// SPDX-License-Identifier: Apache-2.0
// Registers that the STM32 families have in common, those that are used here. chip.h has what
// differs.
//
// Sources: ST's reference manuals RM0351 (STM32L476) and RM0461 (STM32WLE5); the section is named
// with each block, in this order. What stands in brackets is for ./run registers
// (tools/registers/sources.py).
#ifndef TN_PORT_STM32_REGISTERS_H
#define TN_PORT_STM32_REGISTERS_H

#include <stdint.h>

#define STM32_REG(addr) (*(volatile uint32_t *)(uintptr_t)(addr))  // [none: an address's word]

// General-purpose I/O, "GPIO registers": ports A, B, ... lie 0x400 apart (GPIO_BASE).
#define GPIO_MODER(port) STM32_REG(GPIO_BASE(port) + 0x00)    // 2 bits a pin [GPIO(port).MODER]
#define GPIO_MODER_INPUT 0u                                   // [GPIOA.MODER.MODER0=INPUT]
#define GPIO_MODER_OUTPUT 1u                                  // [GPIOA.MODER.MODER0=OUTPUT]
#define GPIO_MODER_ALTERNATE 2u                               // [GPIOA.MODER.MODER0=ALTERNATE]
#define GPIO_OSPEEDR(port) STM32_REG(GPIO_BASE(port) + 0x08)  // 2 bits a pin [GPIO(port).OSPEEDR]
#define GPIO_PUPDR(port) STM32_REG(GPIO_BASE(port) + 0x0c)    // 2 bits a pin [GPIO(port).PUPDR]
#define GPIO_PUPDR_UP 1u                                      // [GPIOA.PUPDR.PUPDR0=PULLUP]
#define GPIO_PUPDR_DOWN 2u                                    // [GPIOA.PUPDR.PUPDR0=PULLDOWN]
#define GPIO_IDR(port) STM32_REG(GPIO_BASE(port) + 0x10)      // [GPIO(port).IDR]
#define GPIO_BSRR(port) STM32_REG(GPIO_BASE(port) + 0x18)     // [GPIO(port).BSRR]
#define GPIO_BSRR_RESETS 16                                   // [GPIOA.BSRR.BR0 bit]
#define GPIO_AFRL(port) STM32_REG(GPIO_BASE(port) + 0x20)     // 4 bits a pin [GPIO(port).AFRL]
#define GPIO_AFRH(port) STM32_REG(GPIO_BASE(port) + 0x24)     // from pin 8 on [GPIO(port).AFRH]

// General-purpose timer, "TIM2 registers": 32 bits.
#define TIM2_CR1 STM32_REG(0x40000000)
#define TIM2_CR1_CEN (1u << 0)
#define TIM2_DIER STM32_REG(0x4000000c)
#define TIM2_DIER_CC1IE (1u << 1)
#define TIM2_SR STM32_REG(0x40000010)  // a bit written 0 is cleared
#define TIM2_SR_CC1IF (1u << 1)
#define TIM2_EGR STM32_REG(0x40000014)
#define TIM2_EGR_UG (1u << 0)  // takes the prescaler over, clears the counter
#define TIM2_CNT STM32_REG(0x40000024)
#define TIM2_PSC STM32_REG(0x40000028)
#define TIM2_CCR1 STM32_REG(0x40000034)

// System configuration, "SYSCFG memory remap register": what address 0 shows.
// [SYSCFG.MEMRMP of stm32l* stm32w*; SYSCFG.MEMRM]
#define SYSCFG_MEMRMP STM32_REG(SYSCFG_BASE + 0x00)

// Independent watchdog, "IWDG registers". By the internal oscillator of 32 kHz.
#define IWDG_KR STM32_REG(0x40003000)
#define IWDG_KR_RELOAD 0xaaaau  // [IWDG.KR.KEY=RESET]
#define IWDG_KR_UNLOCK 0x5555u  // [IWDG.KR.KEY=ENABLE]
#define IWDG_KR_START 0xccccu   // [IWDG.KR.KEY=START]
#define IWDG_PR STM32_REG(0x40003004)
#define IWDG_PR_256 6u  // [IWDG.PR.PR=DIVIDEBY256]
#define IWDG_RLR STM32_REG(0x40003008)
#define IWDG_RLR_MAX 0xfffu            // [IWDG.RLR.RL]
#define IWDG_SR STM32_REG(0x4000300c)  // not 0: PR or RLR are not taken over yet

#endif

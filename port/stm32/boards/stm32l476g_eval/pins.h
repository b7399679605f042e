// SPDX-License-Identifier: Apache-2.0
// The STM32L476G-EVAL's pins that are used here (ST, BSP of the board in STM32CubeL4,
// stm32l476g_eval.h): COM1 is USART1 at PB6 and PB7, alternate function 7; the wake-up and tamper
// button is at PC13, high while it is held.
#ifndef TN_PORT_STM32L476G_EVAL_PINS_H
#define TN_PORT_STM32L476G_EVAL_PINS_H

#include "stm32/stm32.h"

enum {
    PIN_BUTTON = STM32_PIN('C', 13),
    BUTTON_HIGH = 1,
    PIN_TXD = STM32_PIN('B', 6),
    PIN_RXD = STM32_PIN('B', 7),
    UART_AF = 7,

    USB_HSE_MHZ = 8,  // a crystal (ST, STM32CubeL4, USB examples for this board)
    USB_HSE_BYPASS = 0,
    USB_SENSES_VBUS = 1,  // at PA9 (the same)
};

#define UART_BASE USART1_BASE
#define UART_GATE GATE_USART1
#define UART_IRQ STM32_IRQ_USART1

#endif

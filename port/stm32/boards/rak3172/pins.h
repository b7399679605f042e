// SPDX-License-Identifier: Apache-2.0
// The RAK3172's pins that are used here: its UART2, which the vendor's firmware and the chip's ROM
// use too (RAKwireless, RAK3172 data sheet; ST, AN2606). PA2 and PA3 are USART2's as alternate
// function 7 (ST, DS13105, table of alternate functions).
#ifndef TN_PORT_RAK3172_PINS_H
#define TN_PORT_RAK3172_PINS_H

#include "stm32/stm32.h"

enum {
    PIN_BUTTON = PIN_NONE,  // the evaluation board has a reset button only
    BUTTON_HIGH = 0,
    PIN_TXD = STM32_PIN('A', 2),
    PIN_RXD = STM32_PIN('A', 3),
    UART_AF = 7,
};

#define UART_BASE USART2_BASE
#define UART_GATE GATE_USART2
#define UART_IRQ STM32_IRQ_USART2

#endif

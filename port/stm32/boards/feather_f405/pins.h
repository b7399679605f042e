// SPDX-License-Identifier: Apache-2.0
// The Adafruit Feather STM32F405 Express's pins that are used here: USART3 at the header's TX and
// RX (Zephyr's board adafruit_feather_stm32f405), alternate function 7 (ST, data sheet DS8626).
#ifndef TN_PORT_FEATHER_F405_PINS_H
#define TN_PORT_FEATHER_F405_PINS_H

#include "stm32/stm32.h"

enum {
    PIN_BUTTON = PIN_NONE,
    BUTTON_HIGH = 0,
    PIN_TXD = STM32_PIN('B', 10),
    PIN_RXD = STM32_PIN('B', 11),
    UART_AF = 7,

    USB_HSE_MHZ = 12,  // a crystal (Zephyr's board, clk_hse)
    USB_HSE_BYPASS = 0,
    USB_SENSES_VBUS = 0,
};

#define UART_BASE USART3_BASE
#define UART_GATE GATE_USART3
#define UART_IRQ STM32_IRQ_USART3

#endif

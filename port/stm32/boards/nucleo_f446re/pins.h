// SPDX-License-Identifier: Apache-2.0
// The NUCLEO-F446RE's pins that are used here (ST, UM1724): USART2, which the ST-LINK on the board
// shows a PC as a serial port, alternate function 7; the button B1, low while it is held, with a
// pull-up on the board. LD2 is at PA5.
#ifndef TN_PORT_NUCLEO_F446RE_PINS_H
#define TN_PORT_NUCLEO_F446RE_PINS_H

#include "stm32/stm32.h"

enum {
    PIN_BUTTON = STM32_PIN('C', 13),
    BUTTON_HIGH = 0,
    PIN_TXD = STM32_PIN('A', 2),
    PIN_RXD = STM32_PIN('A', 3),
    UART_AF = 7,

    USB_HSE_MHZ = 8,  // the ST-LINK's clock output (UM1724, "OSC clock supply")
    USB_HSE_BYPASS = 1,
    USB_SENSES_VBUS = 0,
};

#define UART_BASE USART2_BASE
#define UART_GATE GATE_USART2
#define UART_IRQ STM32_IRQ_USART2

#endif

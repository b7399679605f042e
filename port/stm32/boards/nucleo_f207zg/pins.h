// SPDX-License-Identifier: Apache-2.0
// The NUCLEO-F207ZG's pins that are used here: USART3 at PD8 and PD9, the ST-LINK's virtual COM
// port; the user button B1 at PC13, high while it is held (ST, UM1974; Zephyr's board
// nucleo_f207zg). Alternate function 7 (ST, data sheet DS6329). As a USB host: the power
// switch of CN13 at PG6, on while it is high (UM1974, "USB OTG FS or device"); the blue LED LD2 at
// PB7 (UM1974, "LEDs"; Zephyr's board).
#ifndef TN_PORT_NUCLEO_F207ZG_PINS_H
#define TN_PORT_NUCLEO_F207ZG_PINS_H

#include "stm32/stm32.h"

enum {
    PIN_BUTTON = STM32_PIN('C', 13),
    BUTTON_HIGH = 1,
    PIN_TXD = STM32_PIN('D', 8),
    PIN_RXD = STM32_PIN('D', 9),
    UART_AF = 7,

    USB_HSE_MHZ = 8,  // the ST-LINK's clock output (UM1974, "HSE clock"; Zephyr's board)
    USB_HSE_BYPASS = 1,
    USB_SENSES_VBUS = 1,  // at PA9 (UM1974, "USB OTG FS")
    PIN_USB_POWER = STM32_PIN('G', 6),
    PIN_LED = STM32_PIN('B', 7),
};

#define UART_BASE USART3_BASE
#define UART_GATE GATE_USART3
#define UART_IRQ STM32_IRQ_USART3

#endif

// SPDX-License-Identifier: Apache-2.0
// The RAK4631's pins that are used here. RAKwireless, RAK-nRF52-Arduino,
// variants/WisCore_RAK4631_Board/variant.h: UART1 of WisBlock, blue LED at P1.04, the SPI of the
// IO slot, for the card of a RAK15002, whose supply 3V3_S is on while IO2 (P1.02) is high, or the
// flash of a RAK15001 (GD25Q16C), which always has power.
#ifndef TN_PORT_RAK4631_PINS_H
#define TN_PORT_RAK4631_PINS_H

#include "nrf5x/nrf5x.h"

enum {
    PIN_BUTTON = PIN_NONE,  // a WisBlock base has a reset button only
    PIN_TXD = 16,
    PIN_RXD = 15,
    PIN_LED = 36,
    PIN_SD_SCK = 3,
    PIN_SD_MOSI = 30,
    PIN_SD_MISO = 29,
    PIN_SD_CS = 26,
    PIN_SD_POWER = 34,
    PIN_NOR_SCK = 3,
    PIN_NOR_MOSI = 30,
    PIN_NOR_MISO = 29,
    PIN_NOR_CS = 26,
};

#endif

// SPDX-License-Identifier: Apache-2.0
// The RAK4631's pins that are used here (RAKwireless, board file of their Arduino core: WisBlock
// UART1, green LED at P1.03).
#ifndef TN_PORT_RAK4631_PINS_H
#define TN_PORT_RAK4631_PINS_H

#include "nrf5x/nrf5x.h"

enum {
    PIN_BUTTON = PIN_NONE,  // a WisBlock base has a reset button only
    PIN_TXD = 16,
    PIN_RXD = 15,
};

#endif

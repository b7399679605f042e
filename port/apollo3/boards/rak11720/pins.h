// SPDX-License-Identifier: Apache-2.0
// The RAK11720's pads that are used here (Zephyr, boards/rakwireless/rak11720: UART0), and their
// functions for UART0 (crate ambiq-apollo3-pac 0.1.0: PAD39FNCSEL, PAD40FNCSEL).
#ifndef TN_PORT_RAK11720_PINS_H
#define TN_PORT_RAK11720_PINS_H

#include "apollo3/apollo3.h"

enum {
    PIN_BUTTON = PIN_NONE,  // a WisBlock base has a reset button only
    PIN_TXD = 39,
    PIN_TXD_FN = 0,
    PIN_RXD = 40,
    PIN_RXD_FN = 0,
};

#endif

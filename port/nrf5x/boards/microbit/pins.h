// SPDX-License-Identifier: Apache-2.0
// The BBC micro:bit's pins that are used here (its schematic, version 1.3B).
#ifndef TN_PORT_MICROBIT_PINS_H
#define TN_PORT_MICROBIT_PINS_H

enum {
    PIN_BUTTON = 17,  // button A, to ground while pressed
    PIN_TXD = 24,     // to the interface chip, which makes it a USB serial port
    PIN_RXD = 25,
};

#endif

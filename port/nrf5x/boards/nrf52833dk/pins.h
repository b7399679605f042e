// SPDX-License-Identifier: Apache-2.0
// The nRF52833 DK's pins that are used here ("nRF52833 DK User Guide", virtual serial port,
// buttons and LEDs).
#ifndef TN_PORT_NRF52833DK_PINS_H
#define TN_PORT_NRF52833DK_PINS_H

enum {
    PIN_BUTTON = 11,
    PIN_TXD = 6,
    PIN_RXD = 8,
};

#endif

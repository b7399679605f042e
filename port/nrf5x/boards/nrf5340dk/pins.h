// SPDX-License-Identifier: Apache-2.0
// The nRF5340 DK's pins that are used here (Zephyr, boards/nordic/nrf5340dk: uart0 of the
// application core, and push button 1).
#ifndef TN_PORT_NRF5340DK_PINS_H
#define TN_PORT_NRF5340DK_PINS_H

enum {
    PIN_BUTTON = 23,
    PIN_TXD = 20,
    PIN_RXD = 22,
};

#endif

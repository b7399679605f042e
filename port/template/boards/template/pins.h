// SPDX-License-Identifier: Apache-2.0
// Your board's pins that are used here, with its schematic's name.
#ifndef TN_PORT_TEMPLATE_PINS_H
#define TN_PORT_TEMPLATE_PINS_H

enum {
    PIN_BUTTON = 0,
};

#endif

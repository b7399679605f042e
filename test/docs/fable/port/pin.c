// SPDX-License-Identifier: Apache-2.0
// The Fable's pins as inputs (manual, "Pins").
#include "fable.h"

#define PINS_IN FABLE_REG(0x40006000)
#define PINS_PULLUP FABLE_REG(0x40006004)

void fable_pin_pullup(unsigned pin) {
    PINS_PULLUP |= 1u << pin;
}

bool fable_pin_is_low(unsigned pin) {
    return !(PINS_IN >> pin & 1);
}

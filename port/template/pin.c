// SPDX-License-Identifier: Apache-2.0
// Pins as inputs: your chip's registers.
#include "template.h"

void template_pin_pullup(unsigned pin) {
    (void)pin;
}

bool template_pin_is_low(unsigned pin) {
    (void)pin;
    return false;
}

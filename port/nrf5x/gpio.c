// SPDX-License-Identifier: Apache-2.0
// Pins as inputs (reference manual, chapter 14).
#include "base/compiler.h"
#include "chip.h"
#include "nrf5x.h"

enum {
    // Rounds of the wait, 4 cycles each or more: 13 kOhm charge a long wire's 100 pF within
    // 2 us, these take 20.
    SETTLE = 80,
};

void nrf51_pin_pullup(unsigned pin) {
    GPIO_PIN_CNF(pin) = GPIO_PIN_CNF_PULLUP;
    for (int i = SETTLE; i; i--) {
        TN_OPAQUE(i);  // else the compiler leaves the wait out
    }
}

bool nrf51_pin_is_low(unsigned pin) {
    return ~GPIO_IN >> pin & 1;
}

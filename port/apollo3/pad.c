// SPDX-License-Identifier: Apache-2.0
// Pads: their function, and pads as inputs.
#include "apollo3.h"
#include "base/compiler.h"
#include "registers.h"

enum {
    SETTLE = 80,  // rounds of the wait, 4 cycles each or more: 6 us at 48 MHz
};

void apollo3_pad_set(unsigned pad, uint8_t value) {
    uint32_t others = GPIO_PADREG(pad) & ~(GPIO_PADREG_MASK << GPIO_PADREG_SHIFT(pad));

    GPIO_PADKEY = GPIO_PADKEY_KEY;
    GPIO_PADREG(pad) = others | (uint32_t)value << GPIO_PADREG_SHIFT(pad);
    GPIO_PADKEY = 0;
}

void apollo3_pad_off(unsigned pad) {
    apollo3_pad_set(pad, GPIO_PAD_RESET);
}

void apollo3_pad_pullup(unsigned pad) {
    apollo3_pad_set(pad, GPIO_PAD_FUNCTION(GPIO_PAD_GPIO) | GPIO_PAD_INPUT | GPIO_PAD_PULLUP);
    for (int i = SETTLE; i; i--) {
        TN_OPAQUE(i);  // else the compiler leaves the wait out
    }
}

bool apollo3_pad_is_low(unsigned pad) {
    return ~GPIO_RD(pad) >> pad % 32 & 1;
}

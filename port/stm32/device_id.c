// SPDX-License-Identifier: Apache-2.0
// The chip's number: 96 bits, which ST writes into each chip (RM0351 section 49.1, RM0461 section
// 36.1).
#include "board_parts.h"
#include "chip.h"

#define UID ((const volatile uint32_t *)UID_BASE)  // [none: a pointer to UID_BASE]

static char text[25];

static void put(char *at, uint32_t value) {
    for (int i = 7; i >= 0; i--) {
        at[i] = "0123456789abcdef"[value % 16];
        value >>= 4;
    }
}

// The order of Zephyr's hwinfo driver, so that both print the same digits.
const char *chip_id(void) {
    for (int i = 0; i < 3; i++) {
        put(text + 8 * i, UID[2 - i]);
    }
    return text;
}

// SPDX-License-Identifier: Apache-2.0
// The chip's number, which Nordic writes at random into each chip.
// Sources: "nRF51 Series Reference Manual", version 3.0, "nRF52840 Product Specification", version
// 1.1, and "nRF5340 Product Specification", registers of FICR: DEVICEID[0] and [1].
#include "board_parts.h"
#include "chip.h"

static char text[17];

static void put(char *at, uint32_t value) {
    for (int i = 7; i >= 0; i--) {
        at[i] = "0123456789abcdef"[value % 16];
        value >>= 4;
    }
}

// The order of Zephyr's hwinfo driver, so that both print the same digits.
const char *chip_id(void) {
    put(text, FICR_DEVICEID[1]);
    put(text + 8, FICR_DEVICEID[0]);
    return text;
}

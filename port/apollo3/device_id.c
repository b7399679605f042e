// SPDX-License-Identifier: Apache-2.0
// The chip's number, MCUCTRL.CHIPID0 and CHIPID1.
#include "apollo3.h"
#include "registers.h"

static char text[17];

static void put(char *at, uint32_t value) {
    for (int i = 7; i >= 0; i--) {
        at[i] = "0123456789abcdef"[value & 15];  // [none: a digit]
        value >>= 4;
    }
}

const char *chip_id(void) {
    put(text, MCUCTRL_CHIPID1);
    put(text + 8, MCUCTRL_CHIPID0);
    return text;
}

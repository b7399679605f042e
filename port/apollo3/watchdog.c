// SPDX-License-Identifier: Apache-2.0
// The watchdog of the Apollo3 Blue: 8 bits, by the low-power oscillator.
#include "apollo3.h"
#include "registers.h"

enum {
    MAX = 0xff,
};

void chip_alive(void) {
    if (WDT_CFG & WDT_CFG_ENABLE) {
        WDT_RSTRT = WDT_RSTRT_KEY;
    }
}

// The finest clock whose counter is long enough: two seconds, 16, or 255.
static uint32_t counts(uint32_t ms, uint32_t *ret_clock) {
    static const struct {
        uint8_t hz, clock;
    } clocks[] = {{128, WDT_CFG_CLOCK_128_HZ}, {16, WDT_CFG_CLOCK_16_HZ}, {1, WDT_CFG_CLOCK_1_HZ}};
    uint32_t n = 0;

    for (unsigned i = 0; i < sizeof(clocks) / sizeof(*clocks); i++) {
        n = ms / 1000 * clocks[i].hz + ms % 1000 * clocks[i].hz / 1000 + 1;
        *ret_clock = clocks[i].clock;
        if (n <= MAX) {
            return n;
        }
    }
    return MAX;
}

void chip_arm(uint32_t ms) {
    uint32_t clock;

    if (!(WDT_CFG & WDT_CFG_ENABLE)) {
        uint32_t n = counts(ms, &clock);
        RSTGEN_CFG |= RSTGEN_CFG_WDREN;
        WDT_CFG = WDT_CFG_ENABLE | WDT_CFG_RESET | WDT_CFG_RESET_AT(n) | WDT_CFG_CLOCK(clock);
        WDT_RSTRT = WDT_RSTRT_KEY;
        WDT_LOCK = WDT_LOCK_KEY;
    }
}

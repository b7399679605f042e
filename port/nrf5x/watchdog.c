// SPDX-License-Identifier: Apache-2.0
// The watchdog of nRF51 and nRF52. One that somebody armed before a reset goes on, with as many
// requests as he enabled: all of them are reloaded.
#include "chip.h"
#include "nrf5x.h"

enum {
    REQUESTS = 8,
    TICKS_PER_MS = 33,  // of 32,768 Hz: 0.7 % late, and no division is linked
};

void chip_alive(void) {
    if (WDT_RUNSTATUS) {
        for (uint32_t i = 0; i < REQUESTS; i++) {
            WDT_RR(i) = WDT_RR_RELOAD;  // what is not enabled takes no notice
        }
    }
}

void chip_arm(uint32_t ms) {
    if (!WDT_RUNSTATUS) {
        WDT_CRV = ms * TICKS_PER_MS;
        WDT_CONFIG = WDT_CONFIG_SLEEP;
        WDT_RREN = 1;
        WDT_START = 1;
    }
}

// SPDX-License-Identifier: Apache-2.0
// Milliseconds from the system timer, without an interrupt; and the core's clock.
#include "apollo3.h"
#include "registers.h"

enum {
    COUNTS_PER_MS = 3000,  // of 3 MHz, which wrap after 23 minutes
};

static uint32_t ms;
static uint32_t last;  // the timer's count at that millisecond

static void core_clock(uint32_t which) {
    CLKGEN_CLKKEY = CLKGEN_CLKKEY_KEY;
    CLKGEN_CCTRL = which;
    CLKGEN_CLKKEY = 0;
}

// A read while the timer counts may be wrong, of three in a row at most one (AmbiqSuite,
// hal/am_hal_stimer.c, am_hal_stimer_counter_get).
static uint32_t count(void) {
    uint32_t first = CTIMER_STTMR;
    uint32_t second = CTIMER_STTMR;
    uint32_t third = CTIMER_STTMR;

    return first == second ? second : third;
}

void chip_clock_begin(void) {
    core_clock(CLKGEN_CCTRL_48_MHZ);
    CTIMER_STCFG = CTIMER_STCFG_3_MHZ | CTIMER_STCFG_CLEAR;
    CTIMER_STCFG = CTIMER_STCFG_3_MHZ;
}

void chip_clock_end(void) {
    CTIMER_STCFG = CTIMER_STCFG_3_MHZ | CTIMER_STCFG_CLEAR;
    CTIMER_STCFG = CTIMER_STCFG_FREEZE;
    core_clock(CLKGEN_CCTRL_24_MHZ);
}

uint32_t chip_now_ms(void) {
    uint32_t passed = (count() - last) / COUNTS_PER_MS;

    last += passed * COUNTS_PER_MS;
    ms += passed;
    return ms;
}

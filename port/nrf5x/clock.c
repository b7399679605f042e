// SPDX-License-Identifier: Apache-2.0
// Milliseconds from TIMER0, without an interrupt: they go on while the core stands still for an
// erase.
#include "chip.h"
#include "nrf5x.h"

enum {
    PRESCALER = 4,  // 16 MHz / 2^4: microseconds, which wrap after 71 minutes
    US_PER_MS = 1000,
};

static uint32_t ms;
static uint32_t us;  // the timer's count at that millisecond

void chip_clock_begin(void) {
    CLOCK_HFCLKSTART = 1;  // the crystal: the RC oscillator is a few percent off
    TIMER_MODE(TIMER0) = 0;
    TIMER_BITMODE(TIMER0) = TIMER_BITMODE_32;
    TIMER_PRESCALER(TIMER0) = PRESCALER;
    TIMER_START(TIMER0) = 1;
}

void chip_clock_end(void) {
    TIMER_STOP(TIMER0) = 1;
    TIMER_CLEAR(TIMER0) = 1;
    TIMER_BITMODE(TIMER0) = TIMER_BITMODE_16;  // and MODE and PRESCALER are those of a reset
    TIMER_CC(TIMER0, 0) = 0;
}

uint32_t chip_now_ms(void) {
    TIMER_CAPTURE(TIMER0, 0) = 1;
    // By subtraction: the core cannot divide, and it is some thousand rounds at the most.
    while (TIMER_CC(TIMER0, 0) - us >= US_PER_MS) {
        us += US_PER_MS;
        ms++;
    }
    return ms;
}

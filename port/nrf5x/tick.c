// SPDX-License-Identifier: Apache-2.0
// An interrupt every millisecond by TIMER1: what an application counts its work by, and what
// wakes it. Those that fall into an erase's 22 ms are lost but for one.
#include "chip.h"
#include "nrf5x.h"

#include "cortexm/cortexm.h"

enum {
    PRESCALER = 4,  // microseconds
    PERIOD = 1000,
};

static volatile uint32_t ticks;

void nrf51_tick_begin(void) {
    TIMER_MODE(TIMER1) = 0;
    TIMER_BITMODE(TIMER1) = TIMER_BITMODE_16;
    TIMER_PRESCALER(TIMER1) = PRESCALER;
    TIMER_CC(TIMER1, 0) = PERIOD;
    TIMER_SHORTS(TIMER1) = TIMER_SHORTS_COMPARE0_CLEAR;
    TIMER_INTENSET(TIMER1) = TIMER_INT_COMPARE0;
    cm_irq_enable(NRF5X_IRQ_TIMER1);
    TIMER_START(TIMER1) = 1;
}

uint32_t nrf51_ticks(void) {
    return ticks;
}

void nrf51_tick_isr(void) {
    TIMER_COMPARE(TIMER1, 0) = 0;
    ticks++;
}

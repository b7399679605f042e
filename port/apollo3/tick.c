// SPDX-License-Identifier: Apache-2.0
// An interrupt every millisecond by timer A0: what an application counts its work by, and what
// wakes it. Those that fall into an erase are lost but for one.
#include "apollo3.h"
#include "cortexm/cortexm.h"
#include "registers.h"

enum {
    PERIOD = 3000,  // of 3 MHz
};

static volatile uint32_t ticks;

void apollo3_tick_begin(void) {
    uint32_t mode = CTIMER_CTRL0_A_3_MHZ | CTIMER_CTRL0_A_REPEATS | CTIMER_CTRL0_A_INT0;

    CTIMER_CTRL0 = mode | CTIMER_CTRL0_A_CLEAR;
    CTIMER_CMPRA0 = PERIOD;
    CTIMER_INTCLR = CTIMER_INT_A0_0;
    CTIMER_INTEN |= CTIMER_INT_A0_0;
    CTIMER_CTRL0 = mode | CTIMER_CTRL0_A_ENABLE;
    cm_irq_enable(APOLLO3_IRQ_CTIMER);
}

uint32_t apollo3_ticks(void) {
    return ticks;
}

void apollo3_tick_isr(void) {
    CTIMER_INTCLR = CTIMER_INT_A0_0;
    ticks++;
}

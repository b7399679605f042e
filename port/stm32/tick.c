// SPDX-License-Identifier: Apache-2.0
// An interrupt every millisecond by TIM2: what an application counts its work by, and what wakes
// it. Those that fall into an erase are lost but for one.
#include "chip.h"
#include "stm32.h"

#include "cortexm/cortexm.h"

enum {
    PERIOD = 1000,  // microseconds
};

static volatile uint32_t ticks;

// Not from the last one on: that may be long ago, and the next match 71 minutes away.
static void next(void) {
    TIM2_CCR1 = TIM2_CNT + PERIOD;
}

void stm32_tick_begin(void) {
    next();
    TIM2_SR = ~TIM2_SR_CC1IF;
    TIM2_DIER = TIM2_DIER_CC1IE;
    cm_irq_enable(STM32_IRQ_TIM2);
}

uint32_t stm32_ticks(void) {
    return ticks;
}

void stm32_tick_isr(void) {
    next();
    TIM2_SR = ~TIM2_SR_CC1IF;
    ticks++;
}

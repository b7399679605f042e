// SPDX-License-Identifier: Apache-2.0
// Time, reset cause and watchdog: your chip's registers.
#include "cortexm/cortexm.h"
#include "template.h"

static volatile uint32_t ticks;

void chip_clock_begin(void) {
}

void chip_clock_end(void) {
}

uint32_t chip_now_ms(void) {
    return 0;
}

// TN_RESET_UNKNOWN rather than a guess.
enum tn_reset_cause chip_cause(void) {
    return TN_RESET_UNKNOWN;
}

void template_tick_begin(void) {
    cm_irq_enable(TEMPLATE_IRQ_TICK);
}

uint32_t template_ticks(void) {
    return ticks;
}

void template_tick_isr(void) {
    ticks++;
}

void chip_alive(void) {
}

void chip_arm(uint32_t ms) {
    (void)ms;
}

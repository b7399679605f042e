// SPDX-License-Identifier: Apache-2.0
// The Fable's time, reset cause and watchdog (manual, "Timer", "Reset", "Watchdog").
#include "cortexm/cortexm.h"
#include "fable.h"

#define TIMER_MS FABLE_REG(0x40003000)
#define TIMER_TICK FABLE_REG(0x40003004)
#define TIMER_ACK FABLE_REG(0x40003008)
#define RESET_CAUSE FABLE_REG(0x40004000)
#define WATCHDOG_MS FABLE_REG(0x40005000)
#define WATCHDOG_FEED FABLE_REG(0x40005004)

enum {
    CAUSE_POWER = 1,
    CAUSE_PIN = 2,
    CAUSE_SOFTWARE = 4,
    CAUSE_WATCHDOG = 8,
};

static volatile uint32_t ticks;

// The timer runs from the reset on.
void chip_clock_begin(void) {
}

void chip_clock_end(void) {
}

uint32_t chip_now_ms(void) {
    return TIMER_MS;
}

enum tn_reset_cause chip_cause(void) {
    uint32_t why = RESET_CAUSE;

    RESET_CAUSE = why;  // a bit that is written goes
    return why & CAUSE_POWER       ? TN_RESET_POWER
            : why & CAUSE_WATCHDOG ? TN_RESET_WATCHDOG
            : why & CAUSE_SOFTWARE ? TN_RESET_SOFTWARE
            : why & CAUSE_PIN      ? TN_RESET_PIN
                                   : TN_RESET_UNKNOWN;
}

void fable_tick_begin(void) {
    TIMER_TICK = 1;
    cm_irq_enable(FABLE_IRQ_TICK);
}

uint32_t fable_ticks(void) {
    return ticks;
}

void fable_tick_isr(void) {
    TIMER_ACK = 1;
    ticks++;
}

void chip_alive(void) {
    WATCHDOG_FEED = 1;
}

void chip_arm(uint32_t ms) {
    WATCHDOG_MS = ms;
}

// SPDX-License-Identifier: Apache-2.0
// Milliseconds from TIM2, without an interrupt: they go on while the core stands still for an
// erase.
#include "chip.h"
#include "stm32.h"

enum {
    US_PER_MS = 1000,
};

static const struct stm32_gate gate = GATE_TIM2;
static uint32_t ms;
static uint32_t us;  // the timer's count at that millisecond

void chip_clock_begin(void) {
    stm32_sysclk_begin();
    stm32_on(&gate);
    TIM2_PSC = STM32_MHZ - 1;  // microseconds, which wrap after 71 minutes
    TIM2_EGR = TIM2_EGR_UG;
    TIM2_CR1 = TIM2_CR1_CEN;
}

// The core's clock goes on: the line may still need it (stm32_uart_off).
void chip_clock_end(void) {
    stm32_off(&gate);
}

uint32_t chip_now_ms(void) {
    uint32_t passed = (TIM2_CNT - us) / US_PER_MS;

    us += passed * US_PER_MS;
    ms += passed;
    return ms;
}

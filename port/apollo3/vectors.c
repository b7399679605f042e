// SPDX-License-Identifier: Apache-2.0
// The interrupts of an application. One that nobody enables does not come.
#include "apollo3.h"
#include "chip.h"
#include "cortexm/cortexm.h"
#include "registers.h"

__attribute__((section(".vectors.irq"), used)) static cm_vector *const irqs[CM_IRQS] = {
        [APOLLO3_IRQ_CTIMER] = apollo3_tick_isr,
        [APOLLO3_IRQ_UART0] = apollo3_uart_isr,
};

// SPDX-License-Identifier: Apache-2.0
// The interrupts of an application. One that nobody enables does not come.
#include "chip.h"
#include "cortexm/cortexm.h"
#include "nrf5x/nrf5x.h"

__attribute__((section(".vectors.irq"), used)) static cm_vector *const irqs[CM_IRQS] = {
        [NRF5X_IRQ_UART] = nrf51_uart_isr,
        [NRF5X_IRQ_TIMER1] = nrf51_tick_isr,
};

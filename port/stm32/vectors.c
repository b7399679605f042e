// SPDX-License-Identifier: Apache-2.0
// The interrupts of an application. One that nobody enables does not come.
#include "chip.h"
#include "cortexm/cortexm.h"
#include "pins.h"
#include "stm32/stm32.h"

__attribute__((section(".vectors.irq"), used)) static cm_vector *const irqs[CM_IRQS] = {
        [STM32_IRQ_TIM2] = stm32_tick_isr,
        [UART_IRQ] = stm32_uart_isr,
};

// SPDX-License-Identifier: Apache-2.0
// The interrupts of an application: a place for each that a driver enables.
#include "chip.h"
#include "cortexm/cortexm.h"
#include "template/template.h"

__attribute__((section(".vectors.irq"), used)) static cm_vector *const irqs[CM_IRQS] = {
        [TEMPLATE_IRQ_LINE] = template_line_isr,
        [TEMPLATE_IRQ_TICK] = template_tick_isr,
};

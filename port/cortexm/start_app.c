// SPDX-License-Identifier: Apache-2.0
// How an application starts: the core's part of its vector table. The interrupts' part is the
// chip's (section .vectors.irq, which the linker script puts behind it).
#include "board_parts.h"
#include "chip.h"
#include "cortexm.h"

#ifndef CM_NMI_HANDLER
#define CM_NMI_HANDLER cm_unexpected
#endif

extern cm_vector ld_stack_top;  // no function, but the type of the table

__attribute__((section(".vectors"), used)) static cm_vector *const vectors[CM_IRQ0] = {
        ld_stack_top,
        cm_start,
        [CM_NMI] = CM_NMI_HANDLER,
        [CM_HARDFAULT] = cm_unexpected,
        [CM_SVC] = cm_unexpected,
        [CM_PENDSV] = cm_unexpected,
        [CM_SYSTICK] = cm_unexpected,
};

void board_begin(void) {
    tn_board_app_begin();
}

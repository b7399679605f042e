// SPDX-License-Identifier: Apache-2.0
// The vector table of a loader on a core with VTOR, and the jump to the application, whose table is
// the core's from then on. The loader enables no interrupt: its table ends before theirs.
#include "chip.h"
#include "cortexm.h"
#include "leave_priv.h"

extern cm_vector ld_stack_top;  // no function, but the type of the table

// Vector table offset, ARMv7-M Architecture Reference Manual (DDI 0403) section B3.2.5.
#define VTOR (*(volatile uint32_t *)0xe000ed08)  // [SCB.VTOR]

#ifndef CM_NMI_HANDLER
#define CM_NMI_HANDLER cm_unexpected
#endif

#define U2 cm_unexpected, cm_unexpected
__attribute__((section(".vectors"), used)) static cm_vector *const vectors[CM_IRQ0] = {
        ld_stack_top, cm_loader_entry, CM_NMI_HANDLER, cm_unexpected, U2, U2, U2, U2, U2, U2};

void cm_run(uint32_t addr) {
    leave_quietly((CM_IRQS + 31) / 32);
    VTOR = addr;
    leave_for(addr);
}

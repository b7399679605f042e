// SPDX-License-Identifier: Apache-2.0
// The vector table of a loader on a core with VTOR. The loader enables no interrupt: its table ends
// before theirs.
#include "chip.h"
#include "cortexm.h"

extern cm_vector ld_stack_top;  // no function, but the type of the table

#ifndef CM_NMI_HANDLER
#define CM_NMI_HANDLER cm_unexpected
#endif

#define U2 cm_unexpected, cm_unexpected
__attribute__((section(".vectors"), used)) static cm_vector *const vectors[CM_IRQ0] = {
        ld_stack_top, cm_loader_entry, CM_NMI_HANDLER, cm_unexpected, U2, U2, U2, U2, U2, U2};

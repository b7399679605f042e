// SPDX-License-Identifier: Apache-2.0
// The jump to the application on a core with VTOR: its vector table is the core's from then on.
#include "chip.h"
#include "leave_priv.h"

void cm_run(uint32_t addr) {
    leave_quietly((CM_IRQS + 31) / 32);
    VTOR = addr;
    leave_for(addr);
}

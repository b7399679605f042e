// SPDX-License-Identifier: Apache-2.0
// As run_vtor.c, for a loader with secrets.
#include "chip.h"
#include "leave_priv.h"

void cm_run(uint32_t addr) {
    leave_quietly((CM_IRQS + 31) / 32);
    VTOR = addr;
    cm_leave_wiped_for(addr);
}

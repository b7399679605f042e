// SPDX-License-Identifier: Apache-2.0
// The jump to the application on a core without VTOR: loader_forward.c passes exceptions on to it.
#include "chip.h"
#include "leave_priv.h"

void cm_run(uint32_t addr) {
    leave_quietly((CM_IRQS + 31) / 32);
    ld_retained_vectors = addr;
    leave_for(addr);
}

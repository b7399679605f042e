// SPDX-License-Identifier: Apache-2.0
// The system control space of a Cortex-M (ARM DDI 0419 section B3.2): only the reset request is
// modelled. All other registers read 0.
#include "chips.h"

enum {
    AIRCR = 0xd0c,  // section B3.2.6
};

#define AIRCR_SYSRESETREQ 0x05fa0004u  // with the key

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    (void)state, (void)size;
    if (off == AIRCR && value == AIRCR_SYSRESETREQ) {
        tn_emu_request_reset(e);
    }
}

const struct tn_emu_device tn_emu_cortexm_system = {
        .base = 0xe000e000,
        .size = 0x1000,
        .store = store,
};

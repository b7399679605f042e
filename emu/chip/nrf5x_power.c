// SPDX-License-Identifier: Apache-2.0
// Power and clock, which share a block. Source: Nordic, "nRF51 Series Reference Manual", version
// 3.0, chapters 12 and 13.
#include "nrf5x_priv.h"

enum {
    HFCLKSTARTED = 0x100,
    RESETREAS = 0x400,
    GPREGRET = 0x51c,
};

struct power {
    uint32_t reset_reason;
    uint32_t gpregret;
};

// Bits of RESETREAS. Power-on sets none.
static const uint32_t reasons[] = {
        [TN_EMU_BY_POWER] = 0,
        [TN_EMU_BY_PIN] = 1u << 0,
        [TN_EMU_BY_PROGRAM] = 1u << 2,
        [TN_EMU_BY_LOCKUP] = 1u << 3,
};

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    struct power *p = state;

    (void)e;
    p->reset_reason |= reasons[cause];
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct power *p = state;

    (void)e, (void)size;
    switch (off) {
    case HFCLKSTARTED:
        return 1;
    case RESETREAS:
        return p->reset_reason;
    case GPREGRET:
        return p->gpregret;
    default:
        return 0;
    }
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct power *p = state;

    (void)e, (void)size;
    if (off == RESETREAS) {
        p->reset_reason &= ~value;
    } else if (off == GPREGRET) {
        p->gpregret = value & 0xff;
    }
}

const struct tn_emu_device tn_emu_nrf5x_power = {
        .base = 0x40000000,
        .size = 0x1000,
        .state_size = sizeof(struct power),
        .reset = reset,
        .load = load,
        .store = store,
};

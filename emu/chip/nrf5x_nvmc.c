// SPDX-License-Identifier: Apache-2.0
// The flash controller. Source: Nordic, "nRF51 Series Reference Manual", version 3.0, chapter 6.
#include "nrf5x_priv.h"

enum {
    READY = 0x400,
    CONFIG = 0x504,
    ERASEPAGE = 0x508,
    ERASEALL = 0x50c,
    READ_ONLY = 0,
    WRITE_ENABLED = 1,
    ERASE_ENABLED = 2,
    WORD = 4,
};

struct nvmc {
    uint32_t config;
};

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    struct nvmc *n = state;

    (void)e, (void)cause;
    n->config = READ_ONLY;
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct nvmc *n = state;

    (void)e, (void)size;
    return off == READY ? 1 : off == CONFIG ? n->config : 0;
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct nvmc *n = state;

    (void)size;
    switch (off) {
    case CONFIG:
        n->config = value & 3;
        tn_emu_flash_begin_call(e);
        break;
    case ERASEPAGE:
        if (n->config == ERASE_ENABLED) {
            tn_emu_flash_erase(e, value);
        } else {
            tn_emu_flash_refuse(e);
        }
        break;
    case ERASEALL:  // not modelled: no loader does this
        tn_emu_flash_refuse(e);
        break;
    default:
        break;
    }
}

static void store_flash(
        struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    const struct nvmc *n = state;

    if (n->config == WRITE_ENABLED && size == WORD) {
        tn_emu_flash_program(e, off, &value);
    } else {
        tn_emu_flash_refuse(e);
    }
}

const struct tn_emu_device tn_emu_nrf5x_nvmc = {
        .base = 0x4001e000,
        .size = 0x1000,
        .state_size = sizeof(struct nvmc),
        .reset = reset,
        .load = load,
        .store = store,
        .store_flash = store_flash,
};

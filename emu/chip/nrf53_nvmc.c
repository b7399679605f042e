// SPDX-License-Identifier: Apache-2.0
// The flash controller of the nRF5340's application core. Source: Nordic, "nRF5340 Product
// Specification", NVMC: a page is erased by a store of all ones to its first word; CONFIG rules
// what secure code does, CONFIGNS what non-secure code does. Partial erases are not modelled.
//
// The core stands still while the flash works, since it runs from it. The times are those of the
// nRF52840.
#include "emu/core/emu.h"
#include "nrf53_priv.h"

enum {
    READY = 0x400,
    READYNEXT = 0x408,
    CONFIG = 0x504,
    ERASEALL = 0x50c,
    CONFIGNS = 0x584,
    READ_ONLY = 0,
    WRITE_ENABLED = 1,
    ERASE_ENABLED = 2,
    CONFIG_MASK = 7,
    WORD = 4,
    ERASE_US = 85000,
    WRITE_US = 41,
};

struct nvmc {
    uint32_t config, config_ns;
};

bool tn_emu_nrf53_may_write(struct tn_emu *e) {
    const struct nvmc *n = tn_emu_state(e, &tn_emu_nrf53_nvmc);

    return n->config == WRITE_ENABLED;
}

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e, (void)cause;
    *(struct nvmc *)state = (struct nvmc){READ_ONLY, READ_ONLY};
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct nvmc *n = state;

    (void)e, (void)size;
    switch (off) {
    case READY:
    case READYNEXT:
        return 1;
    case CONFIG:
        return n->config;
    case CONFIGNS:
        return n->config_ns;
    default:
        return 0;
    }
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct nvmc *n = state;

    (void)size;
    if (off == CONFIG) {
        n->config = value & CONFIG_MASK;
        tn_emu_flash_begin_call(e);
    } else if (off == CONFIGNS) {
        n->config_ns = value & CONFIG_MASK;
    } else if (off == ERASEALL) {  // not modelled: no loader does this
        tn_emu_flash_refuse(e);
    }
}

static void store_flash(
        struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    const struct nvmc *n = state;

    if (size != WORD || off % WORD != 0 || !tn_emu_nrf53_spu_allows(e, off)) {
        tn_emu_flash_refuse(e);
    } else if (n->config == WRITE_ENABLED) {
        if (tn_emu_flash_program(e, off, &value)) {
            tn_emu_stall(e, WRITE_US);
        }
    } else if (n->config == ERASE_ENABLED && value == UINT32_MAX) {
        if (tn_emu_flash_erase(e, off)) {  // which refuses what is not the first word
            tn_emu_stall(e, ERASE_US);
        }
    } else {
        tn_emu_flash_refuse(e);
    }
}

const struct tn_emu_device tn_emu_nrf53_nvmc = {
        .name = "NVMC",
        .base = 0x50039000,
        .size = 0x1000,
        .state_size = sizeof(struct nvmc),
        .reset = reset,
        .load = load,
        .store = store,
        .store_flash = store_flash,
};

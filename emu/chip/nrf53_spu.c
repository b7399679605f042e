// SPDX-License-Identifier: Apache-2.0
// The system protection unit: which regions of flash secure code may write to. Source: Nordic,
// "nRF5340 Product Specification", SPU, "Flash access control".
//
// Loader and application run secure, so all accesses are. What else the SPU governs (fetches, RAM,
// peripherals, non-secure accesses) is remembered without effect.
#include "emu/core/emu.h"
#include "nrf53_priv.h"

enum {
    FLASHACCERR = 0x104,
    REGION = 0x4000,
    PERM = 0x600,  // FLASHREGION[n].PERM
    REGIONS = 64,
    PERM_END = PERM + 4 * REGIONS,
    PERM_RESET = 0x17,  // execute, write, read, secure
    WRITE = 1 << 1,
    LOCK = 1 << 8,
    SIZE = 0x1000,
};

struct spu {
    uint32_t flash_error;
    uint32_t perm[REGIONS];
    uint32_t others[SIZE / 4];
};

bool tn_emu_nrf53_spu_allows(struct tn_emu *e, uint32_t off) {
    struct spu *s = tn_emu_state(e, &tn_emu_nrf53_spu);
    bool allowed = off / REGION < REGIONS && (s->perm[off / REGION] & WRITE);

    s->flash_error |= !allowed;
    return allowed;
}

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    struct spu *s = state;

    (void)e, (void)cause;
    *s = (struct spu){0};
    for (unsigned i = 0; i < REGIONS; i++) {
        s->perm[i] = PERM_RESET;
    }
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct spu *s = state;

    (void)e, (void)size;
    if (off >= PERM && off < PERM_END) {
        return s->perm[(off - PERM) / 4];
    }
    return off == FLASHACCERR ? s->flash_error : s->others[off / 4];
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct spu *s = state;

    (void)e, (void)size;
    if (off >= PERM && off < PERM_END) {
        uint32_t *perm = &s->perm[(off - PERM) / 4];
        *perm = *perm & LOCK ? *perm : value & (PERM_RESET | LOCK);
    } else if (off == FLASHACCERR) {
        s->flash_error = value;
    } else {
        s->others[off / 4] = value;
    }
}

const struct tn_emu_device tn_emu_nrf53_spu = {
        .name = "SPU",
        .base = 0x50003000,
        .size = SIZE,
        .state_size = sizeof(struct spu),
        .reset = reset,
        .load = load,
        .store = store,
};

// SPDX-License-Identifier: Apache-2.0
// The flash controller, and what locks parts of the flash until the next reset. Sources: Nordic,
// "nRF51 Series Reference Manual", version 3.0, chapters 6 (NVMC) and 9 (MPU); "nRF52840 Product
// Specification", version 1.1, sections 4.3 (NVMC) and 4.7 (ACL).
//
// The core stands still while the flash works. The times are the typical ones.
#include "emu/core/emu.h"
#include "nrf5x_priv.h"

enum {
    READY = 0x400,
    READYNEXT = 0x408,
    CONFIG = 0x504,
    ERASEPAGE = 0x508,
    ERASEALL = 0x50c,
    ERASEUICR = 0x514,
    READ_ONLY = 0,
    WRITE_ENABLED = 1,
    ERASE_ENABLED = 2,
    WORD = 4,
    ACLS = 8,
    ACL_ADDR = 0x800,
    ACL_SIZE = 0x804,
    ACL_PERM = 0x808,
    ACL_STEP = 0x10,
    ACL_END = ACL_ADDR + ACL_STEP * ACLS,
    PERM_NO_WRITE = 2,
    SMALL_PAGE = 0x400,  // the nRF51's
};

struct acl {
    uint32_t addr, size, perm;
};

struct nvmc {
    uint32_t config;
    struct acl acls[ACLS];
};

bool tn_emu_nrf5x_may_write(struct tn_emu *e) {
    const struct nvmc *n = tn_emu_state(e, &tn_emu_nrf5x_nvmc);

    return n->config == WRITE_ENABLED;
}

static bool is_nrf51(const struct tn_emu *e) {
    return e->chip->sectors[0].size == SMALL_PAGE;
}

static bool is_locked(struct tn_emu *e, const struct nvmc *n, uint32_t off) {
    if (is_nrf51(e)) {
        return tn_emu_nrf51_is_protected(e, off);
    }
    for (int i = 0; i < ACLS; i++) {
        const struct acl *a = &n->acls[i];
        if (a->size && (a->perm & PERM_NO_WRITE) && off - a->addr < a->size) {
            return true;
        }
    }
    return false;
}

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e, (void)cause;
    *(struct nvmc *)state = (struct nvmc){.config = READ_ONLY};
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct nvmc *n = state;

    (void)e, (void)size;
    if (off >= ACL_ADDR && off < ACL_END) {
        const struct acl *a = &n->acls[(off - ACL_ADDR) / ACL_STEP];
        uint32_t which = off % ACL_STEP;
        return which == 0 ? a->addr : which == 4 ? a->size : which == 8 ? a->perm : 0;
    }
    return off == READY || off == READYNEXT ? 1 : off == CONFIG ? n->config : 0;
}

// Each register of an ACL takes one store after a reset (section 4.7).
static void store_acl(struct nvmc *n, uint32_t off, uint32_t value) {
    struct acl *a = &n->acls[(off - ACL_ADDR) / ACL_STEP];
    uint32_t which = off % ACL_STEP;
    uint32_t *to = which == 0 ? &a->addr : which == 4 ? &a->size : &a->perm;

    if (which <= 8 && !*to) {
        *to = value;
    }
}

static void erase_page(struct tn_emu *e, const struct nvmc *n, uint32_t off) {
    if (n->config != ERASE_ENABLED || is_locked(e, n, off)) {
        tn_emu_flash_refuse(e);
    } else if (tn_emu_flash_erase(e, off)) {
        tn_emu_stall(e, is_nrf51(e) ? 22300 : 85000);
    }
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct nvmc *n = state;

    (void)size;
    if (off >= ACL_ADDR && off < ACL_END && !is_nrf51(e)) {
        store_acl(n, off, value);
        return;
    }
    switch (off) {
    case CONFIG:
        n->config = value & 3;
        tn_emu_flash_begin_call(e);
        break;
    case ERASEPAGE:
        erase_page(e, n, value);
        break;
    case ERASEALL:  // not modelled: no loader does this
    case ERASEUICR:
        tn_emu_flash_refuse(e);
        break;
    default:
        break;
    }
}

static void store_flash(
        struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    const struct nvmc *n = state;

    if (n->config != WRITE_ENABLED || size != WORD || is_locked(e, n, off)) {
        tn_emu_flash_refuse(e);
    } else if (tn_emu_flash_program(e, off, &value)) {
        tn_emu_stall(e, is_nrf51(e) ? 46 : 41);
    }
}

const struct tn_emu_device tn_emu_nrf5x_nvmc = {
        .name = "NVMC",
        .base = 0x4001e000,
        .size = 0x1000,
        .state_size = sizeof(struct nvmc),
        .reset = reset,
        .load = load,
        .store = store,
        .store_flash = store_flash,
};

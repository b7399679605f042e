// SPDX-License-Identifier: Apache-2.0
// The flash controller, and what locks parts of the flash until the next reset. Sources: Nordic,
// "nRF51 Series Reference Manual", version 3.0, chapters 6 (NVMC) and 9 (MPU); "nRF52840 Product
// Specification", version 1.1, sections 4.3 (NVMC) and 4.7 (ACL).
//
// The core stands still while the flash works. The times are the typical ones.
#include "emu/core/emu.h"
#include "nrf5x_priv.h"

enum {
    // [registers NVMC]
    READY = 0x400,
    READYNEXT = 0x408,  // [NVMC.READYNEXT of nrf52833 nrf52840]
    CONFIG = 0x504,
    ERASEPAGE = 0x508,
    ERASEALL = 0x50c,
    ERASEUICR = 0x514,
    ERASEPAGEPARTIAL = 0x518,     // [NVMC.ERASEPAGEPARTIAL of nrf52833 nrf52840]
    ERASEPAGEPARTIALCFG = 0x51c,  // [NVMC.ERASEPAGEPARTIALCFG of nrf52833 nrf52840]
    PARTIALCFG_RESET = 10,        // [NVMC.ERASEPAGEPARTIALCFG reset of nrf52833 nrf52840]
    READ_ONLY = 0,                // [NVMC.CONFIG.WEN=REN]
    WRITE_ENABLED = 1,            // [NVMC.CONFIG.WEN=WEN]
    ERASE_ENABLED = 2,            // [NVMC.CONFIG.WEN=EEN]
    CONFIG_WEN = 3,
    // Each of the eight: [ACL.ACL.ADDR of nrf52840; ACL.ACL0.ADDR of nrf52833]
    ACL_ADDR = 0x800,
    ACL_SIZE = 0x804,   // [ACL.ACL.SIZE of nrf52840; ACL.ACL0.SIZE of nrf52833]
    ACL_PERM = 0x808,   // [ACL.ACL.PERM of nrf52840; ACL.ACL0.PERM of nrf52833]
    ACL_NEXT = 0x810,   // [ACL.ACL1.ADDR of nrf52833]
    PERM_NO_WRITE = 2,  // [ACL.ACL.PERM.WRITE of nrf52840; ACL.ACL0.PERM.WRITE of nrf52833]
};

enum {
    WORD = 4,
    ACLS = 8,
    ACL_STEP = ACL_NEXT - ACL_ADDR,
    ACL_END = ACL_ADDR + ACL_STEP * ACLS,
    SMALL_PAGE = 1024,  // the nRF51's
    PAGE = 4096,
    PARTIALCFG_MAX = 0x7f,  // [NVMC.ERASEPAGEPARTIALCFG.DURATION of nrf52833 nrf52840]
    // Microseconds: tERASEPAGE; and what each part takes besides its duration, which only the
    // nRF5340's specification tells ("NVMC", tERASEPAGEPARTIAL,setup).
    ERASE_US = 85000,
    SETUP_US = 1080,
};

struct acl {
    uint32_t addr, size, perm;
};

struct nvmc {
    uint32_t config;
    uint32_t part_ms;
    uint32_t page, done_us;  // of the page that is being erased in parts, and the time it has had
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
    *(struct nvmc *)state = (struct nvmc){.config = READ_ONLY, .part_ms = PARTIALCFG_RESET};
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct nvmc *n = state;

    (void)size;
    if (off >= ACL_ADDR && off < ACL_END) {
        const struct acl *a = &n->acls[(off - ACL_ADDR) / ACL_STEP];
        uint32_t which = off % ACL_STEP;
        return which == 0 ? a->addr : which == 4 ? a->size : which == 8 ? a->perm : 0;
    }
    switch (off) {
    case READY:
    case READYNEXT:
        return 1;
    case CONFIG:
        return n->config;
    case ERASEPAGEPARTIALCFG:
        return is_nrf51(e) ? 0 : n->part_ms;
    default:
        return 0;
    }
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
        tn_emu_stall(e, is_nrf51(e) ? 22300 : ERASE_US);
    }
}

// The page's bits are undefined until its parts add up to a whole erase (section 4.3).
static void erase_part(struct tn_emu *e, struct nvmc *n, uint32_t off) {
    struct tn_emu_op op = {.is_erase = true, .off = off, .len = PAGE};

    if (n->config != ERASE_ENABLED || is_locked(e, n, off) || off % PAGE ||
            off >= e->chip->flash_size) {
        tn_emu_flash_refuse(e);
        return;
    }
    if (!n->done_us || n->page != off) {
        n->page = off;
        n->done_us = 0;
        tn_emu_tear(e, &op, off);
    }
    n->done_us += n->part_ms * 1000;
    if (n->done_us >= ERASE_US) {
        n->done_us = 0;
        if (!tn_emu_flash_erase(e, off)) {
            return;
        }
    }
    tn_emu_stall(e, n->part_ms * 1000 + SETUP_US);
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
        n->config = value & CONFIG_WEN;
        tn_emu_flash_begin_call(e);
        break;
    case ERASEPAGE:
        erase_page(e, n, value);
        break;
    case ERASEPAGEPARTIAL:
        if (is_nrf51(e)) {
            tn_emu_flash_refuse(e);
        } else {
            erase_part(e, n, value);
        }
        break;
    case ERASEPAGEPARTIALCFG:
        n->part_ms = value & PARTIALCFG_MAX;
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

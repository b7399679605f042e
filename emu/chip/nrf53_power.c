// SPDX-License-Identifier: Apache-2.0
// CLOCK, POWER and RESET of the nRF5340's application core, which share a block. Source: Nordic,
// "nRF5340 Product Specification", chapters of these names; registers and their values after a
// reset also in the crate nrf5340-app-pac 0.12.2.
#include "emu/core/emu.h"
#include "nrf53_priv.h"

enum {
    HFCLKSTART = 0x000,
    HFCLKSTOP = 0x004,
    LFCLKSTART = 0x008,
    LFCLKSTOP = 0x00c,
    EVENTS = 0x100,  // HFCLKSTARTED, LFCLKSTARTED: the bits of INTENSET
    EVENTS_END = 0x108,
    INTEN = 0x300,
    INTENSET = 0x304,
    INTENCLR = 0x308,
    RESETREAS = 0x400,
    HFCLKRUN = 0x408,
    HFCLKSTAT = 0x40c,
    LFCLKRUN = 0x414,
    LFCLKSTAT = 0x418,
    REGISTERS = 0x514,  // that are only remembered
    GPREGRET = 0x51c,
    GPREGRET2 = 0x520,
    HFCLKSRC = 0x514,
    HFCLKCTRL = 0x558,
    FORCEOFF = 0x614,  // of the network core
    REGISTERS_END = 0x618,
    RUNNING = 1 << 16,
    CRYSTAL = 1,
    IRQ = 5,
};

struct power {
    uint32_t reset_reason;
    uint32_t registers[(REGISTERS_END - REGISTERS) / 4];
    bool hf, lf;
    uint32_t events;
    uint32_t inten;
};

// Bits of RESETREAS. Power-on sets none.
static const uint32_t reasons[] = {
        [TN_EMU_BY_POWER] = 0,
        [TN_EMU_BY_PIN] = 1u << 0,
        [TN_EMU_BY_WATCHDOG] = 1u << 1,
        [TN_EMU_BY_PROGRAM] = 1u << 3,
        [TN_EMU_BY_LOCKUP] = 1u << 4,
};

static uint32_t *reg(struct power *p, uint32_t off) {
    return &p->registers[(off - REGISTERS) / 4];
}

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    struct power *p = state;
    struct power kept = *p;

    (void)e;
    *p = (struct power){.reset_reason = kept.reset_reason | reasons[cause]};
    *reg(p, GPREGRET) = *reg(&kept, GPREGRET);
    *reg(p, GPREGRET2) = *reg(&kept, GPREGRET2);
    *reg(p, HFCLKSRC) = 1;
    *reg(p, HFCLKCTRL) = 1;
    *reg(p, FORCEOFF) = 1;
}

static uint64_t tick(struct tn_emu *e, void *state) {
    struct power *p = state;

    tn_emu_irq(e, IRQ, (p->events & p->inten) != 0);
    return TN_EMU_NEVER;
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    struct power *p = state;

    (void)e, (void)size;
    switch (off) {
    case INTEN:
    case INTENSET:
    case INTENCLR:
        return p->inten;
    case RESETREAS:
        return p->reset_reason;
    case HFCLKRUN:
        return p->hf;
    case LFCLKRUN:
        return p->lf;
    case HFCLKSTAT:
        return RUNNING | (p->hf ? *reg(p, HFCLKSRC) & CRYSTAL : 0);
    case LFCLKSTAT:
        return p->lf ? RUNNING : 0;
    default:
        if (off >= EVENTS && off < EVENTS_END) {
            return p->events >> (off - EVENTS) / 4 & 1;
        }
        return off >= REGISTERS && off < REGISTERS_END ? *reg(p, off) : 0;
    }
}

// The clocks start at once.
static void store_clock(struct power *p, uint32_t off) {
    if (off == HFCLKSTART || off == HFCLKSTOP) {
        p->hf = off == HFCLKSTART;
        p->events |= p->hf;
    } else {
        p->lf = off == LFCLKSTART;
        p->events |= (uint32_t)p->lf << 1;
    }
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct power *p = state;

    (void)size;
    tn_emu_attend(e);
    if (off <= LFCLKSTOP) {
        store_clock(p, off);
    } else if (off >= EVENTS && off < EVENTS_END) {
        p->events &= value ? UINT32_MAX : ~(1u << (off - EVENTS) / 4);
    } else if (off == INTEN) {
        p->inten = value;
    } else if (off == INTENSET) {
        p->inten |= value;
    } else if (off == INTENCLR) {
        p->inten &= ~value;
    } else if (off == RESETREAS) {
        p->reset_reason &= ~value;
    } else if (off >= REGISTERS && off < REGISTERS_END) {
        *reg(p, off) = off == GPREGRET || off == GPREGRET2 ? value & 0xff : value;
    }
}

const struct tn_emu_device tn_emu_nrf53_power = {
        .name = "POWER",
        .base = 0x50005000,
        .size = 0x1000,
        .state_size = sizeof(struct power),
        .reset = reset,
        .load = load,
        .store = store,
        .tick = tick,
};

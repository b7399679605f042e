// SPDX-License-Identifier: Apache-2.0
// CLOCK, POWER and RESET of the nRF5340's application core, which share a block. Source: Nordic,
// "nRF5340 Product Specification", chapters of these names; registers and their values after a
// reset also in the crate nrf5340-app-pac 0.12.2.
#include "emu/core/emu.h"
#include "nrf53_priv.h"

enum {
    // [registers CLOCK; POWER; RESET]
    HFCLKSTART = 0x000,
    HFCLKSTOP = 0x004,
    LFCLKSTART = 0x008,
    LFCLKSTOP = 0x00c,
    HFCLKSTARTED = 0x100,
    LFCLKSTARTED = 0x104,
    INTEN = 0x300,
    INTENSET = 0x304,
    INTENCLR = 0x308,
    INT_HFCLKSTARTED = 1 << 0,
    INT_LFCLKSTARTED = 1 << 1,
    RESETREAS = 0x400,
    HFCLKRUN = 0x408,
    HFCLKSTAT = 0x40c,
    LFCLKRUN = 0x414,
    LFCLKSTAT = 0x418,
    GPREGRET = 0x51c,
    GPREGRET2 = 0x520,  // [POWER.GPREGRET1]
    HFCLKSRC = 0x514,
    HFCLKCTRL = 0x558,
    FORCEOFF = 0x614,    // of the network core [RESET.NETWORK.FORCEOFF]
    RUNNING = 1 << 16,   // [CLOCK.HFCLKSTAT.STATE]
    CRYSTAL = 1,         // [CLOCK.HFCLKSTAT.SRC]
    BY_PIN = 1 << 0,     // [RESET.RESETREAS.RESETPIN]
    BY_DOG = 1 << 1,     // [RESET.RESETREAS.DOG0]
    BY_SREQ = 1 << 3,    // [RESET.RESETREAS.SREQ]
    BY_LOCKUP = 1 << 4,  // [RESET.RESETREAS.LOCKUP]
    IRQ = 5,             // [irq CLOCK_POWER]
};

enum {
    EVENTS = HFCLKSTARTED,  // their bits are those of INTENSET
    EVENTS_END = LFCLKSTARTED + 4,
    REGISTERS = HFCLKSRC,  // those that are only remembered
    REGISTERS_END = FORCEOFF + 4,
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
        [TN_EMU_BY_PIN] = BY_PIN,
        [TN_EMU_BY_WATCHDOG] = BY_DOG,
        [TN_EMU_BY_PROGRAM] = BY_SREQ,
        [TN_EMU_BY_LOCKUP] = BY_LOCKUP,
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

bool tn_emu_nrf53_has_crystal(struct tn_emu *e) {
    const struct power *p = tn_emu_state(e, &tn_emu_nrf53_power);

    return p->hf;
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
        p->events |= p->hf ? INT_HFCLKSTARTED : 0;
    } else {
        p->lf = off == LFCLKSTART;
        p->events |= p->lf ? INT_LFCLKSTARTED : 0;
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

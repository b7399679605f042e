// SPDX-License-Identifier: Apache-2.0
// Power, clock and, on the nRF51, the protection of flash, which share a block. Source: Nordic,
// "nRF51 Series Reference Manual", version 3.0, chapters 9 (MPU), 12 and 13; "nRF52840 Product
// Specification", version 1.1, sections 5.3 and 5.4.
#include "emu/core/emu.h"
#include "nrf5x_priv.h"

enum {
    // [registers CLOCK; POWER]
    HFCLKSTART = 0x000,
    HFCLKSTOP = 0x004,
    LFCLKSTART = 0x008,
    LFCLKSTOP = 0x00c,
    HFCLKSTARTED = 0x100,
    LFCLKSTARTED = 0x104,
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
    GPREGRET2 = 0x520,  // [POWER.GPREGRET2 of nrf52833 nrf52840]
    LFCLKSRC = 0x518,
    LFCLKSRC_SRC = 3,
    PROTENSET0 = 0x600,   // [manual: nRF51 reference manual 3.0, chapter 9]
    PROTENSET1 = 0x604,   // [manual: nRF51 reference manual 3.0, chapter 9]
    RUNNING = 1 << 16,    // [CLOCK.HFCLKSTAT.STATE]
    BY_CRYSTAL = 1 << 0,  // [CLOCK.HFCLKSTAT.SRC]
    BY_PIN = 1 << 0,      // [POWER.RESETREAS.RESETPIN]
    BY_DOG = 1 << 1,      // [POWER.RESETREAS.DOG]
    BY_SREQ = 1 << 2,     // [POWER.RESETREAS.SREQ]
    BY_LOCKUP = 1 << 3,   // [POWER.RESETREAS.LOCKUP]
    IRQ = 0,              // [irq POWER_CLOCK]
};

enum {
    REGISTERS = LFCLKSRC,  // those that are only remembered
    REGISTERS_END = REGISTERS + 26 * 4,
    PROT_BLOCK = 4096,
};

struct power {
    uint32_t reset_reason;
    uint32_t gpregret[2];
    uint32_t registers[(REGISTERS_END - REGISTERS) / 4];
    bool hf, lf;
    uint32_t events;  // HFCLKSTARTED, LFCLKSTARTED: the bits of INTENSET
    uint32_t inten;
    uint32_t protect[2];
};

// Bits of RESETREAS. Power-on sets none.
static const uint32_t reasons[] = {
        [TN_EMU_BY_POWER] = 0,
        [TN_EMU_BY_PIN] = BY_PIN,
        [TN_EMU_BY_WATCHDOG] = BY_DOG,
        [TN_EMU_BY_PROGRAM] = BY_SREQ,
        [TN_EMU_BY_LOCKUP] = BY_LOCKUP,
};

bool tn_emu_nrf51_is_protected(struct tn_emu *e, uint32_t off) {
    const struct power *p = tn_emu_state(e, &tn_emu_nrf5x_power);
    uint32_t block = off / PROT_BLOCK;

    return block < 64 && (p->protect[block / 32] >> block % 32 & 1);
}

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    struct power *p = state;
    struct power kept = *p;

    (void)e;
    *p = (struct power){.reset_reason = kept.reset_reason | reasons[cause],
            .gpregret = {kept.gpregret[0], kept.gpregret[1]}};
}

static uint64_t tick(struct tn_emu *e, void *state) {
    struct power *p = state;

    tn_emu_irq(e, IRQ, (p->events & p->inten) != 0);
    return TN_EMU_NEVER;
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct power *p = state;

    (void)e, (void)size;
    switch (off) {
    case HFCLKSTARTED:
        return (p->events & INT_HFCLKSTARTED) != 0;
    case LFCLKSTARTED:
        return (p->events & INT_LFCLKSTARTED) != 0;
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
        return p->hf ? RUNNING | BY_CRYSTAL : RUNNING;
    case LFCLKSTAT:
        return p->lf ? RUNNING | (p->registers[0] & LFCLKSRC_SRC)
                     : 0;  // the source that LFCLKSRC names
    case GPREGRET:
        return p->gpregret[0];
    case GPREGRET2:
        return p->gpregret[1];
    case PROTENSET0:
    case PROTENSET1:
        return p->protect[(off - PROTENSET0) / 4];
    default:
        return off >= REGISTERS && off < REGISTERS_END ? p->registers[(off - REGISTERS) / 4] : 0;
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
    } else if (off == HFCLKSTARTED || off == LFCLKSTARTED) {
        p->events &= value ? UINT32_MAX
                           : ~(uint32_t)(off == HFCLKSTARTED ? INT_HFCLKSTARTED : INT_LFCLKSTARTED);
    } else if (off == INTENSET) {
        p->inten |= value;
    } else if (off == INTENCLR) {
        p->inten &= ~value;
    } else if (off == RESETREAS) {
        p->reset_reason &= ~value;
    } else if (off == GPREGRET || off == GPREGRET2) {
        p->gpregret[(off - GPREGRET) / 4] = value & 0xff;
    } else if (off == PROTENSET0 || off == PROTENSET1) {
        p->protect[(off - PROTENSET0) / 4] |= value;  // until the next reset
    } else if (off >= REGISTERS && off < REGISTERS_END) {
        p->registers[(off - REGISTERS) / 4] = value;
    }
}

const struct tn_emu_device tn_emu_nrf5x_power = {
        .name = "POWER",
        .base = 0x40000000,
        .size = 0x1000,
        .state_size = sizeof(struct power),
        .reset = reset,
        .load = load,
        .store = store,
        .tick = tick,
};

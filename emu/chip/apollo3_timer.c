// SPDX-License-Identifier: Apache-2.0
// Timer A0 and the system timer of the Apollo3 Blue's CTIMER block. Source: the crate
// ambiq-apollo3-pac 0.1.0. Of the clocks, those from the fast oscillator are modelled; of timer
// A0's modes, the one that repeats.
#include "apollo3_priv.h"
#include "emu/core/emu.h"

// [registers CTIMER]
enum {
    TMR0 = 0x000,
    CMPRA0 = 0x004,
    CTRL0 = 0x00c,
    GLOBEN = 0x100,
    STCFG = 0x140,
    STTMR = 0x144,
    INTEN = 0x200,
    INTSTAT = 0x204,
    INTCLR = 0x208,
    INTSET = 0x20c,
    ENABLE = 1 << 0,        // [CTIMER.CTRL0.TMRA0EN]
    CTRL0_CLK = 1,          // [CTIMER.CTRL0.TMRA0CLK bit]
    CTRL0_CLKS = 31,        // [none: the field's mask, shifted]
    REPEATS = 1 << 6,       // [CTIMER.CTRL0.TMRA0FN=REPEATEDCOUNT]
    FUNCTION = 7 << 6,      // [CTIMER.CTRL0.TMRA0FN]
    INT0 = 1 << 9,          // [CTIMER.CTRL0.TMRA0IE0]
    CLEAR = 1 << 11,        // [CTIMER.CTRL0.TMRA0CLR]
    INT_A0_0 = 1,           // [CTIMER.INTEN.CTMRA0C0INT]
    GLOBEN_RESET = 0xffff,  // [CTIMER.GLOBEN reset]
    STCLEAR = 1 << 30,      // [CTIMER.STCFG.CLEAR]
    CLKSEL = 15,            // [CTIMER.STCFG.CLKSEL]
    MHZ = 48,
    IRQ = 14,  // [irq CTIMER]
};
#define FREEZE 0x80000000u  // [CTIMER.STCFG.FREEZE]

// A counter that was count at the time since.
struct counter {
    uint64_t since, count;
};

struct timer {
    struct counter a, system;
    uint32_t ctrl, cmpr, globen, stcfg, inten, ints;
};

// Divisors of the fast oscillator; 0: another clock.
static uint32_t divisor_a(const struct timer *t) {
    static const uint16_t divisors[32] = {0, 4, 16, 256, 1024, 4096};

    return t->ctrl & ENABLE && t->globen & 1 ? divisors[t->ctrl >> CTRL0_CLK & CTRL0_CLKS] : 0;
}

// CLEAR holds the counter at zero for as long as it is set (Apollo3 datasheet, STCFG).
static uint32_t divisor_system(const struct timer *t) {
    static const uint16_t divisors[16] = {0, 16, 256};

    return t->stcfg & (FREEZE | STCLEAR) ? 0 : divisors[t->stcfg & CLKSEL];
}

static uint64_t us_of(uint64_t counts, uint32_t divisor) {
    return (counts * divisor + MHZ - 1) / MHZ;
}

// Lets a counter run until now.
static void advance(struct tn_emu *e, struct counter *c, uint32_t divisor) {
    uint64_t passed = tn_emu_us(e) - c->since;
    uint64_t counts = divisor ? passed * MHZ / divisor : 0;

    c->count += counts;
    c->since += divisor ? counts * divisor / MHZ : passed;
}

static void update(struct tn_emu *e, struct timer *t) {
    uint32_t period = t->cmpr & 0xffff;

    advance(e, &t->a, divisor_a(t));
    if (period && t->a.count >= period) {
        t->a.count %= period;
        t->ints |= t->ctrl & INT0 ? INT_A0_0 : 0;
    }
    advance(e, &t->system, divisor_system(t));
    t->system.count &= UINT32_MAX;
}

static uint64_t tick(struct tn_emu *e, void *state) {
    struct timer *t = state;
    uint32_t period = t->cmpr & 0xffff;

    update(e, t);
    tn_emu_irq(e, IRQ, (t->ints & t->inten) != 0);
    return divisor_a(t) && period && t->ctrl & INT0
            ? t->a.since + us_of(period - t->a.count, divisor_a(t))
            : TN_EMU_NEVER;
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    struct timer *t = state;

    (void)size;
    update(e, t);
    switch (off) {
    case TMR0:
        return (uint32_t)t->a.count;
    case CMPRA0:
        return t->cmpr;
    case CTRL0:
        return t->ctrl;
    case GLOBEN:
        return t->globen;
    case STCFG:
        return t->stcfg;
    case STTMR:
        return (uint32_t)t->system.count;
    case INTEN:
        return t->inten;
    case INTSTAT:
        return t->ints;
    default:
        return 0;
    }
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct timer *t = state;

    (void)size;
    update(e, t);
    tn_emu_attend(e);
    if (off == CMPRA0) {
        t->cmpr = value;
    } else if (off == CTRL0) {
        t->ctrl = value;
        t->a.count = value & CLEAR || (value & FUNCTION) != REPEATS ? 0 : t->a.count;
    } else if (off == GLOBEN) {
        t->globen = value;
    } else if (off == STCFG) {
        t->stcfg = value;
        t->system.count = value & STCLEAR ? 0 : t->system.count;
    } else if (off == INTEN) {
        t->inten = value;
    } else if (off == INTCLR) {
        t->ints &= ~value;
    } else if (off == INTSET) {
        t->ints |= value;
    }
}

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e, (void)cause;
    *(struct timer *)state = (struct timer){.globen = GLOBEN_RESET, .stcfg = FREEZE};
}

const struct tn_emu_device tn_emu_apollo3_timer = {
        .name = "CTIMER",
        .base = 0x40008000,
        .size = 0x1000,
        .state_size = sizeof(struct timer),
        .reset = reset,
        .load = load,
        .store = store,
        .tick = tick,
};

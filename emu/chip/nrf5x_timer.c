// SPDX-License-Identifier: Apache-2.0
// The timers. Source: Nordic, "nRF51 Series Reference Manual", version 3.0, chapter 18; "nRF52840
// Product Specification", version 1.1, section 6.30; "nRF5340 Product Specification", TIMER.
// Counter mode, which counts tasks, is not modelled.
#include "emu/core/emu.h"
#include "nrf53_priv.h"
#include "nrf5x_priv.h"

enum {
    // [registers TIMER0]
    START = 0x000,
    STOP = 0x004,
    CLEAR = 0x00c,
    SHUTDOWN = 0x010,
    CAPTURE0 = 0x040,
    COMPARE0 = 0x140,
    SHORTS = 0x200,
    INTENSET = 0x304,
    INTENCLR = 0x308,
    MODE = 0x504,
    BITMODE = 0x508,
    PRESCALER = 0x510,
    CC0 = 0x540,
    BITMODE_MASK = 3,        // [TIMER0.BITMODE.BITMODE]
    PRESCALER_MASK = 15,     // [TIMER0.PRESCALER.PRESCALER]
    INT_COMPARE0 = 16,       // bit number [TIMER0.INTENSET.COMPARE0 bit]
    SHORT_CLEAR0 = 0,        // bit number [TIMER0.SHORTS.COMPARE0_CLEAR bit]
    SHORT_STOP0 = 8,         // bit number [TIMER0.SHORTS.COMPARE0_STOP bit of nrf51 nrf52*]
    NRF53_SHORT_STOP0 = 16,  // [TIMER0.SHORTS.COMPARE0_STOP bit of nrf5340]
};

enum {
    CCS = 6,
    MHZ = 16,
};

struct timer {
    bool runs;
    uint64_t since;  // tn_emu_us at which the counter was count
    uint64_t count;
    uint32_t cc[CCS], compare[CCS];
    uint32_t shorts, inten, mode, bitmode, prescaler;
};

static uint64_t mask_of(const struct timer *t) {
    static const uint8_t bits[] = {16, 8, 24, 32};

    return (1ull << bits[t->bitmode & BITMODE_MASK]) - 1;
}

// Counts in a time, and the time of counts.
static uint64_t counts(const struct timer *t, uint64_t us) {
    return us * MHZ >> t->prescaler;
}

static uint64_t us_of(const struct timer *t, uint64_t n) {
    return ((n << t->prescaler) + MHZ - 1) / MHZ;
}

// The counter has gone from a to b: what happens at compare register i. Returns the new count.
static uint64_t pass(struct timer *t, unsigned i, uint64_t a, uint64_t b) {
    uint64_t mask = mask_of(t);
    uint64_t at = t->cc[i] & mask;

    at += at <= a ? mask + 1 : 0;
    if (b < at) {
        return b;
    }
    t->compare[i] = 1;
    if (t->shorts >> (SHORT_STOP0 + i) & 1) {
        t->runs = false;
    }
    return t->shorts >> (SHORT_CLEAR0 + i) & 1 && (t->cc[i] & mask) ? b % (t->cc[i] & mask) : b;
}

static void update(struct tn_emu *e, struct timer *t) {
    uint64_t now = tn_emu_us(e);
    uint64_t n = t->runs ? counts(t, now - t->since) : 0;

    if (n) {
        uint64_t from = t->count;
        t->since += us_of(t, n) <= now - t->since ? us_of(t, n) : now - t->since;
        t->count += n;
        for (unsigned i = 0; i < CCS; i++) {
            t->count = pass(t, i, from, t->count);
        }
        t->count &= mask_of(t);
    }
}

static bool raises(const struct timer *t) {
    bool any = false;

    for (unsigned i = 0; i < CCS; i++) {
        any |= t->compare[i] && (t->inten >> (INT_COMPARE0 + i) & 1);
    }
    return any;
}

// A timer's number is its place in the address space, and so is its interrupt's.
static uint64_t tick(struct tn_emu *e, struct timer *t, unsigned irq) {
    uint64_t next = TN_EMU_NEVER;
    uint64_t mask = mask_of(t);

    update(e, t);
    tn_emu_irq(e, irq, raises(t));
    for (unsigned i = 0; t->runs && i < CCS; i++) {
        if (t->inten >> (INT_COMPARE0 + i) & 1) {
            uint64_t left = ((t->cc[i] & mask) - t->count - 1) & mask;
            uint64_t at = t->since + us_of(t, left + 1);
            next = at < next ? at : next;
        }
    }
    return next;
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    struct timer *t = state;

    (void)size;
    update(e, t);
    if (off >= COMPARE0 && off < COMPARE0 + 4 * CCS) {
        return t->compare[(off - COMPARE0) / 4];
    }
    if (off >= CC0 && off < CC0 + 4 * CCS) {
        return t->cc[(off - CC0) / 4];
    }
    switch (off) {
    case SHORTS:
        return t->shorts;
    case INTENSET:
    case INTENCLR:
        return t->inten;
    case MODE:
        return t->mode;
    case BITMODE:
        return t->bitmode;
    case PRESCALER:
        return t->prescaler;
    default:
        return 0;
    }
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct timer *t = state;

    (void)size;
    update(e, t);
    tn_emu_attend(e);
    if (off >= CAPTURE0 && off < CAPTURE0 + 4 * CCS) {
        t->cc[(off - CAPTURE0) / 4] = (uint32_t)t->count;
    } else if (off >= COMPARE0 && off < COMPARE0 + 4 * CCS) {
        t->compare[(off - COMPARE0) / 4] = value;
    } else if (off >= CC0 && off < CC0 + 4 * CCS) {
        t->cc[(off - CC0) / 4] = value;
    } else if (off == START) {
        t->since = t->runs ? t->since : tn_emu_us(e);
        t->runs = true;
    } else if (off == STOP || off == SHUTDOWN) {
        t->runs = false;
    } else if (off == CLEAR) {
        t->count = 0;
        t->since = tn_emu_us(e);
    } else if (off == SHORTS) {
        t->shorts = value;
    } else if (off == INTENSET) {
        t->inten |= value;
    } else if (off == INTENCLR) {
        t->inten &= ~value;
    } else if (off == MODE) {
        t->mode = value;
    } else if (off == BITMODE) {
        t->bitmode = value & BITMODE_MASK;
    } else if (off == PRESCALER) {
        t->prescaler = value & PRESCALER_MASK;
    }
}

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e, (void)cause;
    *(struct timer *)state = (struct timer){.prescaler = 4};  // section 18.2: reset value
}

#define TIMER(chip, n, address, number)                                                            \
    static uint64_t chip##_tick##n(struct tn_emu *e, void *state) {                                \
        return tick(e, state, number);                                                             \
    }                                                                                              \
    const struct tn_emu_device tn_emu_##chip##_timer##n = {                                        \
            .name = "TIMER" #n,                                                                    \
            .base = (address),                                                                     \
            .size = 0x1000,                                                                        \
            .state_size = sizeof(struct timer),                                                    \
            .reset = reset,                                                                        \
            .load = load,                                                                          \
            .store = store,                                                                        \
            .tick = chip##_tick##n,                                                                \
    }

TIMER(nrf5x, 0, 0x40008000, 8);
TIMER(nrf5x, 1, 0x40009000, 9);
TIMER(nrf5x, 2, 0x4000a000, 10);
TIMER(nrf5x, 3, 0x4001a000, 26);
TIMER(nrf5x, 4, 0x4001b000, 27);
TIMER(nrf53, 0, 0x5000f000, 15);
TIMER(nrf53, 1, 0x50010000, 16);
TIMER(nrf53, 2, 0x50011000, 17);

// SPDX-License-Identifier: Apache-2.0
// The real-time counters: 24 bits, 32,768 Hz divided by PRESCALER + 1. Source: Nordic, "nRF51
// Series Reference Manual", version 3.0, chapter 19; "nRF52840 Product Specification", version 1.1,
// section 6.22; "nRF5340 Product Specification", RTC.
#include "emu/core/emu.h"
#include "nrf53_priv.h"
#include "nrf5x_priv.h"

enum {
    START = 0x000,
    STOP = 0x004,
    CLEAR = 0x008,
    TICK = 0x100,
    OVRFLW = 0x104,
    COMPARE0 = 0x140,
    INTENSET = 0x304,
    INTENCLR = 0x308,
    EVTEN = 0x340,
    EVTENSET = 0x344,
    EVTENCLR = 0x348,
    COUNTER = 0x504,
    PRESCALER = 0x508,
    CC0 = 0x540,
    CCS = 4,
    COMPARE_BIT = 16,
    HZ = 32768,
    SECOND = 1000000,
    MASK = 0xffffff,
};

struct rtc {
    bool runs;
    uint64_t since;  // tn_emu_us at which the count began at base
    uint32_t base;
    uint64_t last;  // count of the last update, not cut to 24 bits
    uint32_t cc[CCS], prescaler, inten, evten;
    uint32_t events;  // by the bits of INTENSET: TICK, OVRFLW, COMPARE
};

static uint64_t count(const struct tn_emu *e, const struct rtc *r) {
    uint64_t us = r->runs ? tn_emu_us(e) - r->since : 0;

    return r->base + us * HZ / SECOND / (r->prescaler + 1);
}

static void update(struct tn_emu *e, struct rtc *r) {
    uint64_t now = count(e, r);
    uint32_t wanted = r->inten | r->evten;

    if (now == r->last) {
        return;
    }
    r->events |= wanted & 1;
    if (now >> 24 != r->last >> 24) {
        r->events |= wanted & 2;
    }
    for (unsigned i = 0; i < CCS; i++) {
        uint64_t at = (r->last & ~(uint64_t)MASK) | r->cc[i];
        at += at <= r->last ? MASK + 1 : 0;
        if (at <= now) {
            r->events |= wanted & 1u << (COMPARE_BIT + i);
        }
    }
    r->last = now;
}

static uint64_t us_at(const struct rtc *r, uint64_t n) {
    return r->since + ((n - r->base) * (r->prescaler + 1) * SECOND + HZ - 1) / HZ;
}

static uint64_t tick(struct tn_emu *e, struct rtc *r, unsigned irq) {
    uint64_t next = TN_EMU_NEVER;

    update(e, r);
    tn_emu_irq(e, irq, (r->events & r->inten) != 0);
    if (!r->runs) {
        return next;
    }
    if (r->inten & 1) {
        next = us_at(r, r->last + 1);
    }
    for (unsigned i = 0; i < CCS; i++) {
        if (r->inten >> (COMPARE_BIT + i) & 1) {
            uint64_t at = us_at(r, r->last + 1 + ((r->cc[i] - r->last - 1) & MASK));
            next = at < next ? at : next;
        }
    }
    return next;
}

// The bit of an event's register; 0: none.
static uint32_t event_bit(uint32_t off) {
    if (off == TICK || off == OVRFLW) {
        return off == TICK ? 1 : 2;
    }
    return off >= COMPARE0 && off < COMPARE0 + 4 * CCS ? 1u << (COMPARE_BIT + (off - COMPARE0) / 4)
                                                       : 0;
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    struct rtc *r = state;

    (void)size;
    update(e, r);
    if (event_bit(off)) {
        return (r->events & event_bit(off)) != 0;
    }
    if (off >= CC0 && off < CC0 + 4 * CCS) {
        return r->cc[(off - CC0) / 4];
    }
    switch (off) {
    case INTENSET:
    case INTENCLR:
        return r->inten;
    case EVTEN:
        return r->evten;
    case COUNTER:
        return (uint32_t)r->last & MASK;
    case PRESCALER:
        return r->prescaler;
    default:
        return 0;
    }
}

// Goes on from the count n.
static void restart(struct tn_emu *e, struct rtc *r, uint32_t n, bool runs) {
    r->base = n;
    r->last = n;
    r->since = tn_emu_us(e);
    r->runs = runs;
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct rtc *r = state;

    (void)size;
    update(e, r);
    tn_emu_attend(e);
    if (event_bit(off)) {
        r->events &= value ? UINT32_MAX : ~event_bit(off);
    } else if (off >= CC0 && off < CC0 + 4 * CCS) {
        r->cc[(off - CC0) / 4] = value & MASK;
    } else if (off == START || off == STOP) {
        restart(e, r, (uint32_t)r->last & MASK, off == START);
    } else if (off == CLEAR) {
        restart(e, r, 0, r->runs);
    } else if (off == INTENSET) {
        r->inten |= value;
    } else if (off == INTENCLR) {
        r->inten &= ~value;
    } else if (off == EVTEN || off == EVTENSET) {
        r->evten = off == EVTEN ? value : r->evten | value;
    } else if (off == EVTENCLR) {
        r->evten &= ~value;
    } else if (off == PRESCALER && !r->runs) {
        r->prescaler = value & 0xfff;
    }
}

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e, (void)cause;
    *(struct rtc *)state = (struct rtc){0};
}

#define RTC(chip, n, address, number)                                                              \
    static uint64_t chip##_tick##n(struct tn_emu *e, void *state) {                                \
        return tick(e, state, number);                                                             \
    }                                                                                              \
    const struct tn_emu_device tn_emu_##chip##_rtc##n = {                                          \
            .name = "RTC" #n,                                                                      \
            .base = (address),                                                                     \
            .size = 0x1000,                                                                        \
            .state_size = sizeof(struct rtc),                                                      \
            .reset = reset,                                                                        \
            .load = load,                                                                          \
            .store = store,                                                                        \
            .tick = chip##_tick##n,                                                                \
    }

RTC(nrf5x, 0, 0x4000b000, 11);
RTC(nrf5x, 1, 0x40011000, 17);
RTC(nrf5x, 2, 0x40024000, 36);
RTC(nrf53, 0, 0x50014000, 20);
RTC(nrf53, 1, 0x50015000, 21);

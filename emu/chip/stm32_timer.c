// SPDX-License-Identifier: Apache-2.0
// TIM2, which counts up through 32 bits, with its first compare register. Sources: ST, RM0351
// chapter 31, RM0461 chapter 27, RM0090 chapter 18 (general-purpose timers).
#include "emu/core/emu.h"
#include "stm32_priv.h"

enum {
    // [registers TIM2]
    CR1 = 0x00,
    DIER = 0x0c,
    SR = 0x10,
    EGR = 0x14,
    CNT = 0x24,
    PSC = 0x28,
    CCR1 = 0x34,
    CEN = 1,           // [TIM2.CR1.CEN]
    UIF = 1 << 0,      // [TIM2.SR.UIF]; DIER's UIE has its place
    CC1IF = 1 << 1,    // [TIM2.SR.CC1IF]; and CC1IE
    UG = 1,            // [TIM2.EGR.UG]
    TIM2_EN = 0,       // [RCC.APB1ENR1.TIM2EN bit; RCC.APB1ENR.TIM2EN bit of stm32f*]
    IRQ_TIM2 = 28,     // [irq TIM2 of stm32f* stm32l476]
    WL_IRQ_TIM2 = 27,  // [irq TIM2 of stm32wle5]
};

enum {
    REGISTERS = 25 * 4,
};

struct timer {
    unsigned irq;  // set when the power comes
    uint32_t reg[REGISTERS / 4];
    uint32_t divider;  // PSC + 1, as the last update has taken it over; 0: 1
    uint32_t count;    // at the time since
    uint64_t since;
};

static uint64_t per_second(struct tn_emu *e, const struct timer *t) {
    return tn_emu_stm32_hz(e) / (t->divider ? t->divider : 1);
}

static uint32_t count(struct tn_emu *e, const struct timer *t) {
    uint64_t us = tn_emu_us(e) - t->since;

    return t->reg[CR1 / 4] & CEN ? t->count + (uint32_t)(us * per_second(e, t) / 1000000)
                                 : t->count;
}

// Begins to count from value now.
static void count_from(struct tn_emu *e, struct timer *t, uint32_t value) {
    t->count = value;
    t->since = tn_emu_us(e);
}

static uint64_t tick(struct tn_emu *e, void *state) {
    struct timer *t = state;
    uint64_t next = TN_EMU_NEVER;

    if (t->reg[CR1 / 4] & CEN && per_second(e, t)) {
        uint32_t now = count(e, t);
        uint32_t ahead = t->reg[CCR1 / 4] - t->count;  // counts from the last look to the match
        if (ahead && now - t->count >= ahead) {
            t->reg[SR / 4] |= CC1IF;
        }
        // Whole counts only: a part of one is not lost.
        t->since += (now - t->count) * 1000000ull / per_second(e, t);
        t->count = now;
        uint32_t left = t->reg[CCR1 / 4] - now;
        next = left ? t->since + left * 1000000ull / per_second(e, t) + 1 : TN_EMU_NEVER;
    }
    tn_emu_irq(e, t->irq, t->reg[SR / 4] & t->reg[DIER / 4] & (UIF | CC1IF));
    return t->reg[DIER / 4] & CC1IF ? next : TN_EMU_NEVER;
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    struct timer *t = state;

    (void)size;
    if (!tn_emu_stm32_is_on(e, TN_EMU_STM32_APB1, TIM2_EN) || off >= REGISTERS) {
        return 0;
    }
    tick(e, state);
    return off == CNT ? count(e, t) : t->reg[off / 4];
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct timer *t = state;

    (void)size;
    if (!tn_emu_stm32_is_on(e, TN_EMU_STM32_APB1, TIM2_EN) || off >= REGISTERS) {
        return;
    }
    tick(e, state);
    uint32_t now = count(e, t);
    if (off == SR) {
        t->reg[SR / 4] &= value;
    } else if (off == EGR) {
        if (value & UG) {
            t->divider = t->reg[PSC / 4] + 1;
            t->reg[SR / 4] |= UIF;
            now = 0;
        }
    } else if (off == CNT) {
        now = value;
    } else {
        t->reg[off / 4] = value;
    }
    count_from(e, t, now);
    tn_emu_attend(e);
}

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    struct timer *t = state;

    (void)cause;
    *t = (struct timer){.irq = t->irq};
    tn_emu_irq(e, t->irq, false);
}

#define TIMER(chip, number)                                                                        \
    static void power_on_##chip(struct tn_emu *e, void *state) {                                   \
        (void)e;                                                                                   \
        ((struct timer *)state)->irq = number;                                                     \
    }                                                                                              \
    const struct tn_emu_device tn_emu_##chip##_timer2 = {                                          \
            .name = "TIM2",                                                                        \
            .base = 0x40000000,                                                                    \
            .size = 0x400,                                                                         \
            .state_size = sizeof(struct timer),                                                    \
            .power_on = power_on_##chip,                                                           \
            .reset = reset,                                                                        \
            .load = load,                                                                          \
            .store = store,                                                                        \
            .tick = tick,                                                                          \
    }

TIMER(stm32l4, IRQ_TIM2);
TIMER(stm32wl, WL_IRQ_TIM2);
TIMER(stm32f4, IRQ_TIM2);

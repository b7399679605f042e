// SPDX-License-Identifier: Apache-2.0
// The independent watchdog, by its oscillator of 32 kHz. Sources: ST, RM0351 chapter 36 and RM0461
// chapter 30. Every reset stops it.
#include "emu/core/emu.h"
#include "stm32_priv.h"

enum {
    // [registers IWDG]
    KR = 0x00,
    PR = 0x04,
    RLR = 0x08,
    RELOAD = 0xaaaa,  // [IWDG.KR.KEY=RESET]
    UNLOCK = 0x5555,  // [IWDG.KR.KEY=ENABLE]
    START = 0xcccc,   // [IWDG.KR.KEY=START]
    PR_MASK = 7,      // [IWDG.PR.PR]
    RLR_MAX = 0xfff,  // [IWDG.RLR.RL]
};

enum {
    KHZ = 32,
};

struct iwdg {
    uint32_t pr, rlr;
    bool open;
};

static uint32_t timeout_ms(const struct iwdg *w) {
    uint32_t divider = w->pr < 6 ? 4u << w->pr : 256;

    return (w->rlr + 1) * divider / KHZ;
}

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)cause;
    *(struct iwdg *)state = (struct iwdg){.rlr = RLR_MAX};
    tn_emu_watchdog_stop(e);
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct iwdg *w = state;

    (void)e, (void)size;
    return off == PR ? w->pr : off == RLR ? w->rlr : 0;  // SR: taken over at once
}

static void store_key(struct tn_emu *e, struct iwdg *w, uint32_t value) {
    w->open = value == UNLOCK;
    if (value == START && !e->watchdog.running) {
        tn_emu_watchdog_start(e, timeout_ms(w), false);
    } else if (value == RELOAD && e->watchdog.running) {
        e->watchdog.timeout_ms = timeout_ms(w);
        tn_emu_watchdog_feed(e);
    }
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct iwdg *w = state;

    (void)size;
    if (off == KR) {
        store_key(e, w, value & 0xffff);
    } else if (off == PR && w->open) {
        w->pr = value & PR_MASK;
    } else if (off == RLR && w->open) {
        w->rlr = value & RLR_MAX;
    }
}

const struct tn_emu_device tn_emu_stm32_watchdog = {
        .name = "IWDG",
        .base = 0x40003000,
        .size = 0x400,
        .state_size = sizeof(struct iwdg),
        .reset = reset,
        .load = load,
        .store = store,
};

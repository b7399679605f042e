// SPDX-License-Identifier: Apache-2.0
// The watchdog. Source: Nordic, "nRF52840 Product Specification", version 1.1, section 6.36 (WDT);
// the nRF51's is the same.
#include "emu/core/emu.h"
#include "nrf53_priv.h"
#include "nrf5x_priv.h"

enum {
    // [registers WDT of nrf51 nrf52*; WDT0 of nrf5340]
    START = 0x000,
    RUNSTATUS = 0x400,
    CRV = 0x504,
    RREN = 0x508,
    CONFIG = 0x50c,
    RR0 = 0x600,
    // Counts while the core sleeps.
    CONFIG_SLEEP = 1,     // [WDT.CONFIG.SLEEP of nrf51 nrf52*; WDT0.CONFIG.SLEEP]
    RELOAD = 0x6e524635,  // [WDT.RR.RR=RELOAD of nrf51 nrf52*; WDT0.RR.RR=RELOAD]
};

enum {
    REQUESTS = 8,
    HZ = 32768,
    MS = 1000,
};

struct wdt {
    uint32_t crv, config;
    uint32_t enabled;  // reload requests, a bit each
    uint32_t waits;    // those that are still to be reloaded
};

static void set_requests(struct wdt *w, uint32_t enabled) {
    w->enabled = enabled & 0xff;
    w->waits = w->enabled;
}

static void power_on(struct tn_emu *e, void *state) {
    (void)e;
    set_requests(state, 1);
}

// A reset by the program or after a lock-up does not stop the watchdog.
static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)state;
    if (cause == TN_EMU_BY_PIN) {
        tn_emu_watchdog_stop(e);
    }
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    (void)state, (void)size;
    return off == RUNSTATUS ? e->watchdog.running : 0;
}

// The counter starts again when every enabled request has been reloaded.
static void reload(struct tn_emu *e, struct wdt *w, uint32_t request) {
    uint32_t waited = w->waits;

    w->waits &= ~(1u << request);
    if (waited && !w->waits) {
        tn_emu_watchdog_feed(e);
        w->waits = w->enabled;
    }
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct wdt *w = state;

    (void)size;
    if (off == START) {
        tn_emu_watchdog_start(
                e, (uint32_t)((uint64_t)(w->crv + 1) * MS / HZ), !(w->config & CONFIG_SLEEP));
    } else if (off == CRV) {
        w->crv = value;
    } else if (off == CONFIG) {
        w->config = value;
    } else if (off == RREN) {
        set_requests(w, value);
    } else if (off >= RR0 && off < RR0 + 4 * REQUESTS && value == RELOAD) {
        reload(e, w, (off - RR0) / 4);
    }
}

#define WATCHDOG(chip, address)                                                                    \
    const struct tn_emu_device tn_emu_##chip##_watchdog = {                                        \
            .name = "WDT",                                                                         \
            .base = (address),                                                                     \
            .size = 0x1000,                                                                        \
            .state_size = sizeof(struct wdt),                                                      \
            .power_on = power_on,                                                                  \
            .reset = reset,                                                                        \
            .load = load,                                                                          \
            .store = store,                                                                        \
    }

WATCHDOG(nrf5x, 0x40010000);
WATCHDOG(nrf53, 0x50018000);

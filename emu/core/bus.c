// SPDX-License-Identifier: Apache-2.0
// The devices of a chip: where their registers are, and the state that the core keeps for them.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu_priv.h"

enum {
    PAGE = 4096,  // unit of a mapping in Unicorn
    ALIGN = 16,   // of a device's state
};

static size_t state_room(const struct tn_emu_device *d) {
    return (d->state_size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

void *tn_emu_state(struct tn_emu *e, const struct tn_emu_device *device) {
    uint8_t *at = e->states;

    for (size_t i = 0; i < e->chip->ndevices; i++) {
        if (e->chip->devices[i] == device) {
            return at;
        }
        at += state_room(e->chip->devices[i]);
    }
    fprintf(stderr, "emu: a device that %s does not have\n", e->chip->name);
    abort();
}

// ---- Windows: the pages that hold registers ---------------------------------------------

// Extends w by the pages from begin to end if they are next to it. False: they are not.
static bool join(struct tn_emu_window *w, uint32_t begin, uint32_t end) {
    uint32_t w_end = w->base + w->size;

    if (begin > w_end || end < w->base) {
        return false;
    }
    w->base = begin < w->base ? begin : w->base;
    w->size = (end > w_end ? end : w_end) - w->base;
    return true;
}

// Adds the pages of one block. Windows that then touch become one.
static int add_window(struct tn_emu *e, uint32_t base, uint32_t size) {
    struct tn_emu_window new = {e, base & ~(PAGE - 1u), 0};
    unsigned n = 0;

    new.size = ((base + size + PAGE - 1) & ~(PAGE - 1u)) - new.base;
    for (unsigned i = 0; i < e->nwindows; i++) {
        const struct tn_emu_window *w = &e->windows[i];
        if (!join(&new, w->base, w->base + w->size)) {
            e->windows[n++] = *w;
        }
    }
    e->nwindows = n;
    if (n == TN_EMU_WINDOWS) {
        fprintf(stderr, "emu: the registers of %s lie in too many places\n", e->chip->name);
        return -1;
    }
    e->windows[e->nwindows++] = new;
    return 0;
}

int tn_emu_bus_open(struct tn_emu *e) {
    for (size_t i = 0; i < e->chip->ndevices; i++) {
        const struct tn_emu_device *d = e->chip->devices[i];
        e->states_size += state_room(d);
        if (add_window(e, d->base, d->size)) {
            return -1;
        }
    }
    e->states = aligned_alloc(ALIGN, e->states_size + ALIGN);
    return e->states ? 0 : -1;
}

void tn_emu_bus_close(struct tn_emu *e) {
    free(e->states);
    e->states = NULL;
}

// ---- Calls of devices -------------------------------------------------------------------

void tn_emu_bus_power_on(struct tn_emu *e) {
    memset(e->states, 0, e->states_size);
    for (size_t i = 0; i < e->chip->ndevices; i++) {
        const struct tn_emu_device *d = e->chip->devices[i];
        if (d->power_on) {
            d->power_on(e, tn_emu_state(e, d));
        }
    }
}

void tn_emu_bus_reset(struct tn_emu *e) {
    for (size_t i = 0; i < e->chip->ndevices; i++) {
        const struct tn_emu_device *d = e->chip->devices[i];
        if (d->reset) {
            d->reset(e, tn_emu_state(e, d), e->cause);
        }
    }
}

// The time at which the watchdog runs out, and its effect.
static uint64_t watch(struct tn_emu *e) {
    const struct tn_emu_watchdog *w = &e->watchdog;
    uint64_t end = w->fed_us + 1000ull * w->timeout_ms;

    if (!w->running || !e->watchdog_bites) {
        return TN_EMU_NEVER;
    }
    if (tn_emu_us(e) >= end) {
        e->cause = TN_EMU_BY_WATCHDOG;
        tn_emu_finish(e, TN_EMU_BITTEN);
    }
    return end;
}

void tn_emu_bus_tick(struct tn_emu *e) {
    e->attention = false;
    uint64_t next = watch(e);
    for (size_t i = 0; i < e->chip->ndevices; i++) {
        const struct tn_emu_device *d = e->chip->devices[i];
        uint64_t at = d->tick ? d->tick(e, tn_emu_state(e, d)) : TN_EMU_NEVER;
        next = at < next ? at : next;
    }
    e->next_tick = next == TN_EMU_NEVER ? next : next * e->chip->insns_per_us;
}

// The device that has this address, and its state. NULL: none has it.
static const struct tn_emu_device *device_at(struct tn_emu *e, uint32_t addr, void **ret_state) {
    uint8_t *at = e->states;

    for (size_t i = 0; i < e->chip->ndevices; i++) {
        const struct tn_emu_device *d = e->chip->devices[i];
        if (addr - d->base < d->size) {
            *ret_state = at;
            return d;
        }
        at += state_room(d);
    }
    return NULL;
}

uint32_t tn_emu_load(struct tn_emu *e, uint32_t addr, unsigned size) {
    void *state;
    const struct tn_emu_device *d = device_at(e, addr, &state);

    if (d && d->unknown && e->on_unknown && !e->on_unknown(e, d, addr, false)) {
        tn_emu_finish(e, TN_EMU_UNKNOWN);
    }
    return d && d->load ? d->load(e, state, addr - d->base, size) : 0;
}

void tn_emu_store(struct tn_emu *e, uint32_t addr, unsigned size, uint32_t value) {
    void *state;
    const struct tn_emu_device *d = device_at(e, addr, &state);

    if (d && d->unknown && e->on_unknown && !e->on_unknown(e, d, addr, true)) {
        tn_emu_finish(e, TN_EMU_UNKNOWN);
    }
    if (d && d->store) {
        d->store(e, state, addr - d->base, size, value);
    }
}

void tn_emu_bus_load_bad(struct tn_emu *e, uint32_t off) {
    for (size_t i = 0; i < e->chip->ndevices; i++) {
        const struct tn_emu_device *d = e->chip->devices[i];
        if (d->load_bad) {
            d->load_bad(e, tn_emu_state(e, d), off);
        }
    }
}

const struct tn_emu_device *tn_emu_bus_rom(struct tn_emu *e, void **ret_state) {
    for (size_t i = 0; i < e->chip->ndevices; i++) {
        const struct tn_emu_device *d = e->chip->devices[i];
        if (d->call_rom) {
            *ret_state = tn_emu_state(e, d);
            return d;
        }
    }
    return NULL;
}

void tn_emu_bus_store_flash(struct tn_emu *e, uint32_t off, unsigned size, uint32_t value) {
    for (size_t i = 0; i < e->chip->ndevices; i++) {
        const struct tn_emu_device *d = e->chip->devices[i];
        if (d->store_flash) {
            d->store_flash(e, tn_emu_state(e, d), off, size, value);
            return;
        }
    }
    tn_emu_flash_refuse(e);
}

// ---- The watchdog -----------------------------------------------------------------------

void tn_emu_watchdog_start(struct tn_emu *e, uint32_t timeout_ms, bool pauses_in_sleep) {
    e->watchdog = (struct tn_emu_watchdog){
            .running = true,
            .pauses_in_sleep = pauses_in_sleep,
            .timeout_ms = timeout_ms,
            .fed = e->insns,
            .fed_us = tn_emu_us(e),
    };
    e->attention = true;
}

void tn_emu_watchdog_feed(struct tn_emu *e) {
    e->watchdog.longest = tn_emu_watchdog_longest(e);
    e->watchdog.feedings++;
    e->watchdog.fed = e->insns;
    e->watchdog.fed_us = tn_emu_us(e);
    e->attention = true;
}

void tn_emu_watchdog_stop(struct tn_emu *e) {
    e->watchdog.running = false;
}

uint64_t tn_emu_watchdog_longest(const struct tn_emu *e) {
    uint64_t now = e->insns - e->watchdog.fed;

    return now > e->watchdog.longest ? now : e->watchdog.longest;
}

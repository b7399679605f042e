// SPDX-License-Identifier: Apache-2.0
// The block that UART0 and UARTE0 share on an nRF52: ENABLE selects one of them. Source: Nordic,
// "nRF52840 Product Specification", version 1.1, sections 6.33 and 6.34.
#include <stdlib.h>

#include "emu/core/emu.h"
#include "nrf5x_priv.h"

enum {
    ENABLE = 0x500,  // [UARTE0.ENABLE]
    UARTE = 8,       // [UARTE0.ENABLE.ENABLE=ENABLED]
};

enum {
    SETUP = ENABLE,  // registers of both, from here on
    ALIGN = 16,
    UARTE_ROOM = 1024,
    UART_ROOM = 512,
};

struct serial {
    _Alignas(ALIGN) uint8_t uart[UART_ROOM];
    _Alignas(ALIGN) uint8_t uarte[UARTE_ROOM];
    bool is_uarte;
};

static const struct tn_emu_device *chosen(struct serial *s, void **ret_state) {
    *ret_state = s->is_uarte ? s->uarte : s->uart;
    return s->is_uarte ? &tn_emu_nrf52_uarte0 : &tn_emu_nrf5x_uart;
}

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    struct serial *s = state;

    s->is_uarte = false;
    tn_emu_nrf5x_uart.reset(e, s->uart, cause);
    tn_emu_nrf52_uarte0.reset(e, s->uarte, cause);
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    void *own;
    const struct tn_emu_device *d = chosen(state, &own);

    return d->load(e, own, off, size);
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct serial *s = state;

    if (off == ENABLE) {
        s->is_uarte = value == UARTE;
    }
    if (off >= SETUP) {  // pins and rate may be set before one of them is enabled
        tn_emu_nrf5x_uart.store(e, s->uart, off, size, value);
        tn_emu_nrf52_uarte0.store(e, s->uarte, off, size, value);
        return;
    }
    void *own;
    const struct tn_emu_device *d = chosen(s, &own);
    d->store(e, own, off, size, value);
}

static uint64_t tick(struct tn_emu *e, void *state) {
    void *own;
    const struct tn_emu_device *d = chosen(state, &own);

    return d->tick(e, own);
}

static void power_on(struct tn_emu *e, void *state) {
    (void)e, (void)state;
    if (tn_emu_nrf5x_uart.state_size > UART_ROOM || tn_emu_nrf52_uarte0.state_size > UARTE_ROOM) {
        abort();
    }
}

const struct tn_emu_device tn_emu_nrf52_serial = {
        .name = "UART0 and UARTE0",
        .base = 0x40002000,
        .size = 0x1000,
        .state_size = sizeof(struct serial),
        .power_on = power_on,
        .reset = reset,
        .load = load,
        .store = store,
        .tick = tick,
};

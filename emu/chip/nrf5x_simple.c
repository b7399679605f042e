// SPDX-License-Identifier: Apache-2.0
// UART, timer 0, pins and FICR, as far as a loader without a client uses them: no byte ever
// arrives.
// Source: Nordic, "nRF51 Series Reference Manual", version 3.0, chapters 14 (GPIO), 18 (timers), 29
// (UART).
#include "emu/core/emu.h"
#include "nrf5x_priv.h"

// ---- UART ------------------------------------------------------------------------------

enum {
    UART_RXDRDY = 0x108,
    UART_TXDRDY = 0x11c,
    UART_TXD = 0x51c,
};

struct uart {
    bool sent;
};

static void uart_reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    struct uart *u = state;

    (void)e, (void)cause;
    u->sent = false;
}

static uint32_t uart_load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct uart *u = state;

    (void)size;
    if (off == UART_RXDRDY) {
        tn_emu_polled(e);
    }
    return off == UART_TXDRDY && u->sent;
}

static void uart_store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct uart *u = state;

    (void)size, (void)value;
    if (off == UART_TXD) {
        u->sent = true;
        tn_emu_worked(e);
    }
}

const struct tn_emu_device tn_emu_nrf5x_uart = {
        .base = 0x40002000,
        .size = 0x1000,
        .state_size = sizeof(struct uart),
        .reset = uart_reset,
        .load = uart_load,
        .store = uart_store,
};

// ---- Timer -----------------------------------------------------------------------------

enum {
    TIMER_CAPTURE0 = 0x040,
    TIMER_CC0 = 0x540,
};

// The timer counts microseconds from power on.
struct timer {
    uint32_t cc;
};

static void timer_reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    struct timer *t = state;

    (void)e, (void)cause;
    t->cc = 0;
}

static uint32_t timer_load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct timer *t = state;

    (void)e, (void)size;
    return off == TIMER_CC0 ? t->cc : 0;
}

static void timer_store(
        struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct timer *t = state;

    (void)size, (void)value;
    if (off == TIMER_CAPTURE0) {
        t->cc = (uint32_t)tn_emu_us(e);
    }
}

const struct tn_emu_device tn_emu_nrf5x_timer0 = {
        .base = 0x40008000,
        .size = 0x1000,
        .state_size = sizeof(struct timer),
        .reset = timer_reset,
        .load = timer_load,
        .store = timer_store,
};

// ---- Pins ------------------------------------------------------------------------------

enum {
    GPIO_IN = 0x510,
};

static uint32_t gpio_load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    (void)state, (void)size;
    return off == GPIO_IN ? tn_emu_pins(e, 0) : 0;
}

const struct tn_emu_device tn_emu_nrf5x_gpio = {
        .base = 0x50000000,
        .size = 0x1000,
        .load = gpio_load,
};

// ---- FICR ------------------------------------------------------------------------------

enum {
    FICR_DEVICEID0 = 0x060,
    FICR_DEVICEID1 = 0x064,
};

// Only DEVICEID is modelled, the chip's number, which Nordic writes.
static uint32_t ficr_load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    (void)e, (void)state, (void)size;
    return off == FICR_DEVICEID0 ? 0x89abcdef : off == FICR_DEVICEID1 ? 0x01234567 : UINT32_MAX;
}

const struct tn_emu_device tn_emu_nrf5x_ficr = {
        .base = 0x10000000,
        .size = 0x1000,
        .load = ficr_load,
};

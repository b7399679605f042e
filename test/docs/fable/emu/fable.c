// SPDX-License-Identifier: Apache-2.0
// The Fable 1, a chip that nobody makes, as doc/new_family.md describes it: what its drivers are
// tried on.
#include "base/compiler.h"
#include "chips.h"
#include "emu/core/emu.h"

// ---- Flash -----------------------------------------------------------------------------

enum {
    KEY_1 = 0x0fab1e01,
    KEY_2 = 0x0fab1e02,
    PROGRAM = 1,
    ERASE = 2,
    UNIT = 8,
    ERASE_US = 20000,
    PROGRAM_US = 60,
};

struct flash {
    uint32_t keys;  // right ones in a row; 2: unlocked
    uint32_t ctrl;
    bool error;
    bool has_half;  // the first word of a unit has come, for the address half_off
    uint32_t half_off, half;
};

static void flash_reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e, (void)cause;
    *(struct flash *)state = (struct flash){.keys = 0};
}

static uint32_t flash_load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct flash *f = state;

    (void)e, (void)size;
    return off == 0x04 ? f->ctrl : off == 0x0c ? f->error : 0;
}

static void refuse(struct tn_emu *e, struct flash *f) {
    f->error = true;
    tn_emu_flash_refuse(e);
}

static void flash_erase(struct tn_emu *e, struct flash *f, uint32_t off) {
    uint32_t begin, size;

    tn_emu_sector_at(e->chip, off, &begin, &size);
    if (f->ctrl != ERASE || begin != off) {
        refuse(e, f);
    } else if (tn_emu_flash_erase(e, off)) {
        tn_emu_stall(e, ERASE_US);
    }
}

static void flash_store(
        struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct flash *f = state;

    (void)size;
    if (off == 0x00) {
        f->keys = value == KEY_1 ? 1 : value == KEY_2 && f->keys == 1 ? 2 : 0;
        f->ctrl = 0;
    } else if (off == 0x04) {
        f->ctrl = f->keys == 2 ? value & (PROGRAM | ERASE) : 0;
        f->has_half = false;
        tn_emu_flash_begin_call(e);
    } else if (off == 0x08) {
        flash_erase(e, f, value);
    } else if (off == 0x0c) {
        f->error &= !(value & 1);
    }
}

// Two words, the lower one first, make a unit.
static void flash_store_flash(
        struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct flash *f = state;
    bool is_first = off % UNIT == 0;

    if (f->ctrl != PROGRAM || size != 4 || is_first == f->has_half ||
            (f->has_half && off != f->half_off + 4)) {
        refuse(e, f);
        return;
    }
    f->has_half = is_first;
    if (is_first) {
        f->half_off = off;
        f->half = value;
        return;
    }
    const uint32_t unit[2] = {f->half, value};
    if (tn_emu_flash_program(e, f->half_off, unit)) {
        tn_emu_stall(e, PROGRAM_US);
    }
}

static const struct tn_emu_device flash = {.name = "FLASH",
        .base = 0x40001000,
        .size = 0x1000,
        .state_size = sizeof(struct flash),
        .reset = flash_reset,
        .load = flash_load,
        .store = flash_store,
        .store_flash = flash_store_flash};

// ---- UART ------------------------------------------------------------------------------

enum {
    ON = 1,
    IRQ_RECEIVED = 2,
    IRQ_ROOM = 4,
    RECEIVED = 1,
    ROOM = 2,
    IDLE = 4,
    FIFO = 8,
    BYTE_US = 87,
    IRQ_LINE = 0,
};

struct uart {
    uint32_t ctrl;
    bool sending;
    uint64_t sent_at;  // when the byte on the line is out
    struct tn_emu_receiver receiver;
    uint32_t n;
    uint8_t fifo[FIFO];
};

static void uart_reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)cause;
    *(struct uart *)state = (struct uart){.ctrl = 0};
    tn_emu_irq(e, IRQ_LINE, false);
}

static void receive_due(struct tn_emu *e, struct uart *u) {
    uint8_t byte;

    while (u->ctrl & ON && tn_emu_receive(e, 0, &u->receiver, BYTE_US, &byte)) {
        if (u->n < FIFO) {
            u->fifo[u->n++] = byte;
        } else {
            e->lost++;
        }
    }
}

static uint64_t uart_tick(struct tn_emu *e, void *state) {
    struct uart *u = state;

    receive_due(e, u);
    if (u->sending && u->sent_at <= tn_emu_us(e)) {
        u->sending = false;
    }
    tn_emu_irq(
            e, IRQ_LINE, (u->ctrl & IRQ_RECEIVED && u->n) || (u->ctrl & IRQ_ROOM && !u->sending));
    uint64_t next = u->sending ? u->sent_at : TN_EMU_NEVER;
    uint64_t due = tn_emu_receiver_due(&u->receiver);
    return due < next ? due : next;
}

static uint32_t uart_load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    struct uart *u = state;
    uint32_t byte = u->fifo[0];

    (void)size;
    uart_tick(e, state);
    if (off == 0x04) {
        if (!u->n) {
            tn_emu_polled(e);
        }
        return (u->n ? RECEIVED : 0u) | (u->sending ? 0u : ROOM | IDLE);
    }
    if (off != 0x08 || !u->n) {
        return off == 0 ? u->ctrl : 0;
    }
    byte = u->fifo[0];
    for (uint32_t i = 1; i < u->n; i++) {
        u->fifo[i - 1] = u->fifo[i];
    }
    u->n--;
    tn_emu_worked(e);
    tn_emu_attend(e);
    return byte;
}

static void uart_store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct uart *u = state;

    (void)size;
    uart_tick(e, state);
    if (off == 0x00) {
        u->ctrl = value;
    } else if (off == 0x08 && u->ctrl & ON && !u->sending) {
        u->sending = true;
        u->sent_at = tn_emu_us(e) + BYTE_US;
        tn_emu_line_give(e, 0, (uint8_t)value);
    }
    tn_emu_attend(e);
}

static const struct tn_emu_device uart = {.name = "UART",
        .base = 0x40002000,
        .size = 0x1000,
        .state_size = sizeof(struct uart),
        .reset = uart_reset,
        .load = uart_load,
        .store = uart_store,
        .tick = uart_tick};

// ---- Timer -----------------------------------------------------------------------------

enum { IRQ_TICK = 1 };

struct timer {
    uint64_t began;    // of its milliseconds
    uint64_t tick_at;  // of the next interrupt
    bool ticks, is_due;
};

static void timer_reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)cause;
    *(struct timer *)state = (struct timer){.began = tn_emu_us(e)};
    tn_emu_irq(e, IRQ_TICK, false);
}

static uint64_t timer_tick(struct tn_emu *e, void *state) {
    struct timer *t = state;

    while (t->ticks && t->tick_at <= tn_emu_us(e)) {
        t->is_due = true;
        t->tick_at += 1000;
    }
    tn_emu_irq(e, IRQ_TICK, t->is_due);
    return t->ticks ? t->tick_at : TN_EMU_NEVER;
}

static uint32_t timer_load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct timer *t = state;

    (void)size;
    return off == 0 ? (uint32_t)((tn_emu_us(e) - t->began) / 1000) : 0;
}

static void timer_store(
        struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct timer *t = state;

    (void)size;
    if (off == 0x04) {
        t->ticks = value & 1;
        t->tick_at = tn_emu_us(e) + 1000;
    } else if (off == 0x08) {
        t->is_due = false;
    }
    tn_emu_attend(e);
}

static const struct tn_emu_device timer = {.name = "TIMER",
        .base = 0x40003000,
        .size = 0x1000,
        .state_size = sizeof(struct timer),
        .reset = timer_reset,
        .load = timer_load,
        .store = timer_store,
        .tick = timer_tick};

// ---- Reset -----------------------------------------------------------------------------

static void cause_reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    static const uint32_t bits[] = {
            [TN_EMU_BY_POWER] = 1,
            [TN_EMU_BY_PIN] = 2,
            [TN_EMU_BY_PROGRAM] = 4,
            [TN_EMU_BY_LOCKUP] = 4,
            [TN_EMU_BY_WATCHDOG] = 8,
    };

    (void)e;
    *(uint32_t *)state |= bits[cause];
}

static uint32_t cause_load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    (void)e, (void)size;
    return off == 0 ? *(uint32_t *)state : 0;
}

static void cause_store(
        struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    (void)e, (void)size;
    if (off == 0) {
        *(uint32_t *)state &= ~value;
    }
}

static const struct tn_emu_device cause = {.name = "RESET",
        .base = 0x40004000,
        .size = 0x1000,
        .state_size = sizeof(uint32_t),
        .reset = cause_reset,
        .load = cause_load,
        .store = cause_store};

// ---- Watchdog --------------------------------------------------------------------------

static void dog_reset(struct tn_emu *e, void *state, enum tn_emu_cause why) {
    (void)state, (void)why;
    tn_emu_watchdog_stop(e);
}

static void dog_store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    (void)state, (void)size;
    if (off == 0x00) {
        tn_emu_watchdog_start(e, value, false);
    } else if (off == 0x04 && e->watchdog.running) {
        tn_emu_watchdog_feed(e);
    }
}

static const struct tn_emu_device dog = {.name = "WATCHDOG",
        .base = 0x40005000,
        .size = 0x1000,
        .reset = dog_reset,
        .store = dog_store};

// ---- Pins ------------------------------------------------------------------------------

// The state: pull-ups. A pin without one reads low.
static uint32_t pins_load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    uint32_t pullups = *(uint32_t *)state;

    (void)size;
    return off == 0 ? tn_emu_pins(e, 0) & pullups : pullups;
}

static void pins_store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    (void)e, (void)size;
    if (off == 0x04) {
        *(uint32_t *)state = value;
    }
}

static void pins_reset(struct tn_emu *e, void *state, enum tn_emu_cause why) {
    (void)e, (void)why;
    *(uint32_t *)state = 0;
}

static const struct tn_emu_device pins = {.name = "PINS",
        .base = 0x40006000,
        .size = 0x1000,
        .state_size = sizeof(uint32_t),
        .reset = pins_reset,
        .load = pins_load,
        .store = pins_store};

// ---- The chip --------------------------------------------------------------------------

static const struct tn_emu_device *const devices[] = {
        &flash, &uart, &timer, &cause, &dog, &pins, &tn_emu_cortexm_system};

static const struct tn_emu_sectors sectors[] = {{0x1000, 256}};

const struct tn_emu_chip tn_emu_fable1 = {
        .name = "fable1",
        .core = TN_EMU_CORTEX_M4,
        .flash_base = 0,
        .flash_size = 0x100000,
        .sectors = sectors,
        .unit = UNIT,
        .unit_writes = 1,
        .ram_base = 0x20000000,
        .ram_size = 0x10000,
        .insns_per_us = 32,
        .irqs = 4,
        .devices = devices,
        .ndevices = TN_LEN(devices),
};

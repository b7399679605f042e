// SPDX-License-Identifier: Apache-2.0
// UARTE0 with its EasyDMA: of the nRF5340, and of the nRF52, where nrf52_serial.c joins it to the
// UART. Source: Nordic, "nRF5340 Product Specification", UARTE; "nRF52840 Product Specification",
// version 1.1, section 6.34; registers also in the crate nrf5340-app-pac 0.12.2.
//
// Bytes come and go by the clock: a byte takes its ten bits of time. While no buffer is there, four
// wait in the receiver, and what comes then is lost. After STOPRX the receiver goes on for the time
// of five. A buffer outside of RAM takes and gives nothing.
#include <string.h>

#include "emu/core/emu.h"
#include "nrf53_priv.h"
#include "nrf5x_priv.h"

enum {
    // [registers UARTE0]
    STARTRX = 0x000,
    STOPRX = 0x004,
    STARTTX = 0x008,
    STOPTX = 0x00c,
    FLUSHRX = 0x02c,
    EVENTS = 0x100,  // an event's bit in INTEN is its place from here on [UARTE0.EVENTS_CTS]
    SHORTS = 0x200,
    INTEN = 0x300,
    INTENSET = 0x304,
    INTENCLR = 0x308,
    ERRORSRC = 0x480,
    ENABLE = 0x500,
    PSEL = 0x508,  // [UARTE0.PSEL.RTS]
    BAUDRATE = 0x524,
    RXD_PTR = 0x534,
    RXD_MAXCNT = 0x538,
    RXD_AMOUNT = 0x53c,
    TXD_PTR = 0x544,
    TXD_MAXCNT = 0x548,
    TXD_AMOUNT = 0x54c,
    BAUDRATE_RESET = 0x04000000,  // [UARTE0.BAUDRATE reset]
    ENABLED = 8,                  // [UARTE0.ENABLE.ENABLE=ENABLED]
    OVERRUN = 1,                  // [UARTE0.ERRORSRC.OVERRUN]
    RXDRDY = 1 << 2,              // [UARTE0.INTEN.RXDRDY]
    ENDRX = 1 << 4,               // [UARTE0.INTEN.ENDRX]
    TXDRDY = 1 << 7,              // [UARTE0.INTEN.TXDRDY]
    ENDTX = 1 << 8,               // [UARTE0.INTEN.ENDTX]
    ERROR = 1 << 9,               // [UARTE0.INTEN.ERROR]
    RXTO = 1 << 17,               // [UARTE0.INTEN.RXTO]
    RXSTARTED = 1 << 19,          // [UARTE0.INTEN.RXSTARTED]
    TXSTARTED = 1 << 20,          // [UARTE0.INTEN.TXSTARTED]
    TXSTOPPED = 1 << 22,          // [UARTE0.INTEN.TXSTOPPED]
    ENDRX_STARTRX = 1 << 5,       // [UARTE0.SHORTS.ENDRX_STARTRX]
    ENDRX_STOPRX = 1 << 6,        // [UARTE0.SHORTS.ENDRX_STOPRX]
    NRF52_IRQ = 2,                // [irq UARTE0_UART0 of nrf52*]
    NRF53_IRQ = 8,                // [irq SERIAL0 of nrf5340]
};

enum {
    EVENTS_END = EVENTS + 24 * 4,
    SETUP = ENABLE,  // registers that are only remembered, from here on
    SETUP_END = SETUP + 28 * 4,
    PSEL_END = PSEL + 4 * 4,
    BAUD_SHIFT = 32,  // [none: a rate is BAUDRATE * 16 MHz / 2^32]
    FIFO = 4,
    STOP_BYTES = 5,  // of time, from STOPRX to RXTO
};

// A buffer of one way.
struct dma {
    bool active;
    uint32_t ptr, maxcnt, done;
};

struct uarte {
    uint32_t setup[(SETUP_END - SETUP) / 4];
    uint32_t events, inten, shorts, errorsrc;
    struct dma rx, tx;
    bool receives, stops, sending;
    uint64_t stops_at, sent_at;
    struct tn_emu_receiver receiver;
    uint32_t n;
    uint8_t fifo[FIFO];
    unsigned irq;
};

static uint32_t *setup(struct uarte *u, uint32_t off) {
    return &u->setup[(off - SETUP) / 4];
}

static bool is_on(struct uarte *u) {
    return *setup(u, ENABLE) == ENABLED;
}

// Microseconds of a byte. The rate is BAUDRATE * 16 MHz / 2^32.
static uint64_t byte_us(struct uarte *u) {
    uint32_t rate = *setup(u, BAUDRATE);

    return rate ? (10ull << BAUD_SHIFT) / (16ull * rate) + 1 : 1;
}

// The byte of RAM at the buffer's place; NULL: the buffer is not there.
static uint8_t *place(const struct tn_emu *e, const struct dma *d) {
    uint32_t off = d->ptr + d->done - e->chip->ram_base;

    return off < e->chip->ram_size ? e->ram + off : NULL;
}

// ---- Receiving -------------------------------------------------------------------------

static void start_rx(struct tn_emu *e, struct uarte *u);

static void stop_rx(struct tn_emu *e, struct uarte *u) {
    if (u->receives && !u->stops) {
        u->stops = true;
        u->stops_at = tn_emu_us(e) + STOP_BYTES * byte_us(u);
    }
}

static void end_rx(struct tn_emu *e, struct uarte *u) {
    u->rx.active = false;
    *setup(u, RXD_AMOUNT) = u->rx.done;
    u->events |= ENDRX;
    if (u->shorts & ENDRX_STOPRX) {
        stop_rx(e, u);
    }
    if (u->shorts & ENDRX_STARTRX) {
        start_rx(e, u);
    }
}

// Moves what waits to the buffer.
static void drain(struct tn_emu *e, struct uarte *u) {
    uint8_t *to;

    while (u->n && u->rx.active && (to = place(e, &u->rx))) {
        *to = u->fifo[0];
        memmove(u->fifo, u->fifo + 1, --u->n);
        if (++u->rx.done == u->rx.maxcnt) {
            end_rx(e, u);
        }
    }
}

static void set_buffer(struct uarte *u, struct dma *d, uint32_t ptr, uint32_t maxcnt) {
    *d = (struct dma){true, *setup(u, ptr), *setup(u, maxcnt) & 0xffff, 0};
}

static void start_rx(struct tn_emu *e, struct uarte *u) {
    if (is_on(u)) {
        set_buffer(u, &u->rx, RXD_PTR, RXD_MAXCNT);
        u->receives = true;
        u->stops = false;
        u->events |= RXSTARTED;
        drain(e, u);
    }
}

static void receive(struct tn_emu *e, struct uarte *u, uint8_t byte) {
    if (u->n == FIFO) {
        u->errorsrc |= OVERRUN;
        u->events |= ERROR;
        e->lost++;
        return;
    }
    u->fifo[u->n++] = byte;
    u->events |= RXDRDY;
    drain(e, u);
}

// Bytes that are complete by now.
static void receive_due(struct tn_emu *e, struct uarte *u) {
    uint8_t byte;

    while (u->receives && tn_emu_receive(e, 0, &u->receiver, byte_us(u), &byte)) {
        receive(e, u, byte);
    }
}

static void stop_due(struct tn_emu *e, struct uarte *u) {
    if (u->stops && u->stops_at <= tn_emu_us(e)) {
        u->stops = u->receives = u->receiver.busy = false;
        if (u->rx.active) {
            end_rx(e, u);
        }
        u->events |= RXTO;
    }
}

// After a stop: what still waits goes to the buffer.
static void flush_rx(struct tn_emu *e, struct uarte *u) {
    if (is_on(u) && !u->receives) {
        set_buffer(u, &u->rx, RXD_PTR, RXD_MAXCNT);
        drain(e, u);
        if (u->rx.active) {
            end_rx(e, u);
        }
    }
}

// ---- Sending ---------------------------------------------------------------------------

static void end_tx(struct uarte *u) {
    u->tx.active = false;
    *setup(u, TXD_AMOUNT) = u->tx.done;
    u->events |= ENDTX;
}

// The next byte of the buffer begins.
static void send(struct tn_emu *e, struct uarte *u) {
    const uint8_t *from = place(e, &u->tx);

    if (u->tx.done == u->tx.maxcnt) {
        end_tx(u);
    } else if (from) {
        tn_emu_line_give(e, 0, *from);
        u->tx.done++;
        u->sending = true;
        u->sent_at = tn_emu_us(e) + byte_us(u);
    }
}

static void start_tx(struct tn_emu *e, struct uarte *u) {
    if (is_on(u)) {
        set_buffer(u, &u->tx, TXD_PTR, TXD_MAXCNT);
        u->events |= TXSTARTED;
        send(e, u);
    }
}

static void stop_tx(struct uarte *u) {
    if (u->tx.active) {
        end_tx(u);
    }
    u->events |= TXSTOPPED;
}

static uint64_t tick(struct tn_emu *e, void *state) {
    struct uarte *u = state;
    uint64_t next = TN_EMU_NEVER;

    receive_due(e, u);
    stop_due(e, u);
    if (u->sending && u->sent_at <= tn_emu_us(e)) {
        u->sending = false;
        u->events |= TXDRDY;
        if (u->tx.active) {
            send(e, u);
        }
    }
    tn_emu_irq(e, u->irq, (u->events & u->inten) != 0);
    if (u->sending) {
        next = u->sent_at;
    }
    if (u->stops && u->stops_at < next) {
        next = u->stops_at;
    }
    uint64_t due = tn_emu_receiver_due(&u->receiver);
    return due < next ? due : next;
}

// ---- Registers -------------------------------------------------------------------------

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    struct uarte *u = state;

    (void)size;
    tick(e, state);
    if (off >= EVENTS && off < EVENTS_END) {
        bool is_set = u->events >> (off - EVENTS) / 4 & 1;
        if (!is_set && 1u << (off - EVENTS) / 4 == ENDRX) {
            tn_emu_polled(e);
        }
        return is_set;
    }
    switch (off) {
    case SHORTS:
        return u->shorts;
    case INTEN:
    case INTENSET:
    case INTENCLR:
        return u->inten;
    case ERRORSRC:
        return u->errorsrc;
    default:
        return off >= SETUP && off < SETUP_END ? *setup(u, off) : 0;
    }
}

static void store_setup(struct uarte *u, uint32_t off, uint32_t value) {
    if (off != RXD_AMOUNT && off != TXD_AMOUNT) {
        *setup(u, off) = value;
    }
    if (!is_on(u)) {
        u->receives = u->receiver.busy = u->stops = u->sending = false;
        u->rx.active = u->tx.active = false;
        u->n = 0;
    }
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct uarte *u = state;

    (void)size;
    tick(e, state);
    tn_emu_attend(e);
    if (off >= EVENTS && off < EVENTS_END) {
        uint32_t bit = 1u << (off - EVENTS) / 4;
        u->events = value ? u->events | bit : u->events & ~bit;
    } else if (off == STARTRX) {
        start_rx(e, u);
    } else if (off == STOPRX) {
        stop_rx(e, u);
    } else if (off == STARTTX) {
        start_tx(e, u);
    } else if (off == STOPTX) {
        stop_tx(u);
    } else if (off == FLUSHRX) {
        flush_rx(e, u);
    } else if (off == SHORTS) {
        u->shorts = value;
    } else if (off == INTEN) {
        u->inten = value;
    } else if (off == INTENSET) {
        u->inten |= value;
    } else if (off == INTENCLR) {
        u->inten &= ~value;
    } else if (off == ERRORSRC) {
        u->errorsrc &= ~value;
    } else if (off >= SETUP && off < SETUP_END) {
        store_setup(u, off, value);
    }
}

static void begin(struct uarte *u, unsigned irq) {
    *u = (struct uarte){.irq = irq};
    for (uint32_t off = PSEL; off < PSEL_END; off += 4) {
        *setup(u, off) = UINT32_MAX;
    }
    *setup(u, BAUDRATE) = BAUDRATE_RESET;
}

static void reset_nrf53(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e, (void)cause;
    begin(state, NRF53_IRQ);
}

static void reset_nrf52(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e, (void)cause;
    begin(state, NRF52_IRQ);
}

#define UARTE0(chip, address)                                                                      \
    const struct tn_emu_device tn_emu_##chip##_uarte0 = {                                          \
            .name = "UARTE0",                                                                      \
            .base = (address),                                                                     \
            .size = 0x1000,                                                                        \
            .state_size = sizeof(struct uarte),                                                    \
            .reset = reset_##chip,                                                                 \
            .load = load,                                                                          \
            .store = store,                                                                        \
            .tick = tick,                                                                          \
    }

UARTE0(nrf53, 0x50008000);
UARTE0(nrf52, 0x40002000);  // [none: compared in nrf52_serial.c]

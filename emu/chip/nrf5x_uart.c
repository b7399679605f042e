// SPDX-License-Identifier: Apache-2.0
// UART0, a byte at a time. Source: Nordic, "nRF51 Series Reference Manual", version 3.0, chapter
// 29; the nRF52833's and the nRF52840's are the same ("nRF52840 Product Specification", version
// 1.1, section 6.34).
//
// Bytes come and go by the clock: a byte takes its ten bits of time. Six that nobody reads wait in
// the UART, what comes then is lost.
#include "emu/core/emu.h"
#include "nrf5x_priv.h"

enum {
    // [registers UART0]
    STARTRX = 0x000,
    STOPRX = 0x004,
    STARTTX = 0x008,
    STOPTX = 0x00c,
    RXDRDY = 0x108,
    TXDRDY = 0x11c,
    ERROR = 0x124,
    INTENSET = 0x304,
    INTENCLR = 0x308,
    ERRORSRC = 0x480,
    ENABLE = 0x500,
    PSEL = 0x508,  // [UART0.PSELRTS of nrf51; UART0.PSEL.RTS]
    RXD = 0x518,
    TXD = 0x51c,
    BAUDRATE = 0x524,
    ENABLED = 4,  // [UART0.ENABLE.ENABLE=ENABLED]
    OVERRUN = 1,  // [UART0.ERRORSRC.OVERRUN]
    INT_RXDRDY = 1 << 2,
    INT_TXDRDY = 1 << 7,
    INT_ERROR = 1 << 9,
    IRQ = 2,  // [irq UART0 of nrf51; irq UARTE0_UART0]
};

enum {
    FIFO = 6,
    PSELS = 4,
    BAUD_SHIFT = 32,  // [none: a rate is BAUDRATE * 16 MHz / 2^32]
    SETUP = ENABLE,   // registers that are only remembered, from here on
    SETUP_END = SETUP + 32 * 4,
};

struct uart {
    uint32_t setup[(SETUP_END - SETUP) / 4];
    uint32_t rxdrdy, txdrdy, error, inten, errorsrc;
    bool receives, transmits;
    bool sending;
    uint64_t sent_at;  // when the byte is out
    struct tn_emu_receiver receiver;
    uint32_t n;
    uint8_t fifo[FIFO];
};

static uint32_t *setup(struct uart *u, uint32_t off) {
    return &u->setup[(off - SETUP) / 4];
}

// Microseconds of a byte. The rate is BAUDRATE * 16 MHz / 2^32.
static uint64_t byte_us(struct uart *u) {
    uint32_t rate = *setup(u, BAUDRATE);

    return rate ? (10ull << BAUD_SHIFT) / (16ull * rate) + 1 : 1;
}

static void receive(struct tn_emu *e, struct uart *u, uint8_t byte) {
    if (u->n == FIFO) {
        u->errorsrc |= OVERRUN;
        u->error = 1;
        e->lost++;
        return;
    }
    u->fifo[u->n++] = byte;
    if (u->n == 1) {
        u->rxdrdy = 1;
    }
}

// Bytes that are complete by now.
static void receive_due(struct tn_emu *e, struct uart *u) {
    uint8_t byte;

    while (u->receives && tn_emu_receive(e, 0, &u->receiver, byte_us(u), &byte)) {
        receive(e, u, byte);
    }
}

static uint64_t tick(struct tn_emu *e, void *state) {
    struct uart *u = state;
    uint64_t next = TN_EMU_NEVER;

    receive_due(e, u);
    if (u->sending && u->sent_at <= tn_emu_us(e)) {
        u->sending = false;
        u->txdrdy = 1;
    }
    tn_emu_irq(e, IRQ,
            (u->rxdrdy && (u->inten & INT_RXDRDY)) || (u->txdrdy && (u->inten & INT_TXDRDY)) ||
                    (u->error && (u->inten & INT_ERROR)));
    if (u->sending) {
        next = u->sent_at;
    }
    uint64_t due = tn_emu_receiver_due(&u->receiver);
    return due < next ? due : next;
}

static uint32_t take(struct uart *u) {
    uint32_t byte = u->fifo[0];

    if (u->n) {
        u->n--;
        for (uint32_t i = 0; i < u->n; i++) {
            u->fifo[i] = u->fifo[i + 1];
        }
        u->rxdrdy |= u->n > 0;
    }
    return byte;
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    struct uart *u = state;

    (void)size;
    tick(e, state);
    switch (off) {
    case RXDRDY:
        if (!u->rxdrdy) {
            tn_emu_polled(e);
        }
        return u->rxdrdy;
    case TXDRDY:
        return u->txdrdy;
    case ERROR:
        return u->error;
    case INTENSET:
    case INTENCLR:
        return u->inten;
    case ERRORSRC:
        return u->errorsrc;
    case RXD:
        tn_emu_attend(e);
        return take(u);
    default:
        return off >= SETUP && off < SETUP_END ? *setup(u, off) : 0;
    }
}

static void send(struct tn_emu *e, struct uart *u, uint32_t value) {
    if (u->transmits && *setup(u, ENABLE) == ENABLED) {
        tn_emu_line_give(e, 0, (uint8_t)value);
        u->sending = true;
        u->sent_at = tn_emu_us(e) + byte_us(u);
    }
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct uart *u = state;

    (void)size;
    switch (off) {
    case STARTRX:
    case STOPRX:
        u->receives = off == STARTRX && *setup(u, ENABLE) == ENABLED;
        u->receiver.busy = false;
        break;
    case STARTTX:
    case STOPTX:
        u->transmits = off == STARTTX;
        break;
    case RXDRDY:
        u->rxdrdy = value;
        break;
    case TXDRDY:
        u->txdrdy = value;
        break;
    case ERROR:
        u->error = value;
        break;
    case INTENSET:
        u->inten |= value;
        break;
    case INTENCLR:
        u->inten &= ~value;
        break;
    case ERRORSRC:
        u->errorsrc &= ~value;
        break;
    case TXD:
        send(e, u, value);
        break;
    default:
        if (off >= SETUP && off < SETUP_END) {
            *setup(u, off) = value;
            u->n = off == ENABLE && value != ENABLED ? 0 : u->n;
            u->receives &= *setup(u, ENABLE) == ENABLED;
        }
        break;
    }
    tn_emu_attend(e);
}

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    struct uart *u = state;

    (void)e, (void)cause;
    *u = (struct uart){0};
    for (uint32_t off = PSEL; off < PSEL + 4 * PSELS; off += 4) {
        *setup(u, off) = UINT32_MAX;
    }
}

const struct tn_emu_device tn_emu_nrf5x_uart = {
        .name = "UART0",
        .base = 0x40002000,
        .size = 0x1000,
        .state_size = sizeof(struct uart),
        .reset = reset,
        .load = load,
        .store = store,
        .tick = tick,
};

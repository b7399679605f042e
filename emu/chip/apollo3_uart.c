// SPDX-License-Identifier: Apache-2.0
// UART0 of the Apollo3 Blue: a PL011 with FIFOs of 32 bytes. Source: the crate ambiq-apollo3-pac
// 0.1.0 (registers, bits); ARM DDI 0183, "PrimeCell UART (PL011) Technical Reference Manual",
// sections 2.4.2 (FIFOs) and 2.8 (interrupts); AmbiqSuite, mcu/apollo3/hal/am_hal_uart.c (clocks).
//
// Without power (PWRCTRL.DEVPWREN) its registers read 0 and take nothing; when power comes, they
// are as after a reset. Without a clock (CR.CLKEN, CR.CLKSEL) no byte moves.
#include <string.h>

#include "apollo3_priv.h"
#include "emu/core/emu.h"

// [registers UART0]
enum {
    DR = 0x00,
    FR = 0x18,
    IBRD = 0x24,
    FBRD = 0x28,
    FBRD_DIVFRAC = 63,
    LCRH = 0x2c,
    CR = 0x30,
    IFLS = 0x34,
    IER = 0x38,
    IES = 0x3c,
    MIS = 0x40,
    IEC = 0x44,
    REGISTERS = 0x20,      // that are remembered: ILPR to IER [UART0.ILPR]
    REGISTERS_END = 0x3c,  // [UART0.IES]
    FR_BUSY = 1 << 3,
    FR_RX_EMPTY = 1 << 4,      // [UART0.FR.RXFE]
    FR_TX_FULL = 1 << 5,       // [UART0.FR.TXFF]
    FR_RX_FULL = 1 << 6,       // [UART0.FR.RXFF]
    FR_TX_EMPTY = 1 << 7,      // [UART0.FR.TXFE]
    LCRH_FIFO = 1 << 4,        // [UART0.LCRH.FEN]
    CR_ENABLE = 1 << 0,        // [UART0.CR.UARTEN]
    CR_CLOCK = 1 << 3,         // [UART0.CR.CLKEN]
    CR_CLKSEL = 4,             // [UART0.CR.CLKSEL bit]
    CR_CLKS = 7,               // [none: the field's mask, shifted]
    CR_TX = 1 << 8,            // [UART0.CR.TXE]
    CR_RX = 1 << 9,            // [UART0.CR.RXE]
    CR_RESET = CR_TX | CR_RX,  // [UART0.CR reset]
    IFLS_RESET = 0x12,         // [UART0.IFLS reset]
    INT_RX = 1 << 4,           // [UART0.IER.RXIM]
    INT_TX = 1 << 5,           // [UART0.IER.TXIM]
    INT_TIMEOUT = 1 << 6,      // [UART0.IER.RTIM]
    INT_OVERRUN = 1 << 10,     // [UART0.IER.OEIM]
    DEPTH = 32,
    BITS = 10,
    TIMEOUT_BITS = 32,
    IRQ = 15,  // [irq UART0]
};

struct fifo {
    uint32_t n;
    uint8_t bytes[DEPTH];
};

struct uart {
    bool powered;
    uint32_t registers[(REGISTERS_END - REGISTERS) / 4];
    uint32_t ints;
    struct fifo rx, tx;
    bool sending, waits;  // waits: for the receive time-out
    uint64_t sent_at, timeout_at;
    struct tn_emu_receiver receiver;
};

static uint32_t *reg(struct uart *u, uint32_t off) {
    return &u->registers[(off - REGISTERS) / 4];
}

static void set_reset(struct uart *u) {
    *u = (struct uart){0};
    *reg(u, CR) = CR_RESET;
    *reg(u, IFLS) = IFLS_RESET;
}

// ---- Time ------------------------------------------------------------------------------

// MHz of the UART's clock, 0 if it has none.
static uint32_t mhz(struct uart *u) {
    static const uint8_t clocks[8] = {0, 24, 12, 6, 3};

    return *reg(u, CR) & CR_CLOCK ? clocks[*reg(u, CR) >> CR_CLKSEL & CR_CLKS] : 0;
}

// Microseconds of some bits, at least one. The rate is the clock / (16 * (IBRD + FBRD / 64)).
static uint64_t us_of(struct uart *u, uint64_t bits) {
    uint64_t divisor = *reg(u, IBRD) * 64ull + (*reg(u, FBRD) & FBRD_DIVFRAC);

    return bits * divisor / (4 * mhz(u)) + 1;
}

static bool is_on(struct uart *u, uint32_t way) {
    uint32_t cr = *reg(u, CR);

    return (cr & CR_ENABLE) && (cr & way) && mhz(u) && *reg(u, IBRD);
}

// ---- FIFOs -----------------------------------------------------------------------------

static uint32_t depth(struct uart *u) {
    return *reg(u, LCRH) & LCRH_FIFO ? DEPTH : 1;
}

// Bytes at which a FIFO's interrupt comes, by its three bits of IFLS.
static uint32_t level(struct uart *u, unsigned shift) {
    static const uint8_t eighths[8] = {1, 2, 4, 6, 7, 7, 7, 7};

    // [none: the field's mask, shifted]
    return *reg(u, LCRH) & LCRH_FIFO ? DEPTH * eighths[*reg(u, IFLS) >> shift & 7] / 8 : 1;
}

static uint8_t pop(struct fifo *f) {
    uint8_t byte = f->bytes[0];

    if (f->n) {
        memmove(f->bytes, f->bytes + 1, --f->n);
    }
    return byte;
}

static void receive(struct tn_emu *e, struct uart *u, uint8_t byte) {
    if (u->rx.n >= depth(u)) {
        u->ints |= INT_OVERRUN;
        e->lost++;
        return;
    }
    u->rx.bytes[u->rx.n++] = byte;
    if (u->rx.n >= level(u, 3)) {
        u->ints |= INT_RX;
    }
    u->waits = true;
    u->timeout_at = tn_emu_us(e) + us_of(u, TIMEOUT_BITS);
}

// Bytes that are complete by now.
static void receive_due(struct tn_emu *e, struct uart *u) {
    uint8_t byte;

    while (is_on(u, CR_RX) && tn_emu_receive(e, 0, &u->receiver, us_of(u, BITS), &byte)) {
        receive(e, u, byte);
    }
}

// Bytes that are out by now, and the next one.
static void send_due(struct tn_emu *e, struct uart *u) {
    if (u->sending && u->sent_at <= tn_emu_us(e)) {
        u->sending = false;
    }
    if (!u->sending && u->tx.n && is_on(u, CR_TX)) {
        uint32_t before = u->tx.n;
        tn_emu_line_give(e, 0, pop(&u->tx));
        u->sending = true;
        u->sent_at = tn_emu_us(e) + us_of(u, BITS);
        if (before > level(u, 0) && u->tx.n <= level(u, 0)) {
            u->ints |= INT_TX;
        }
    }
}

static uint64_t tick(struct tn_emu *e, void *state) {
    struct uart *u = state;
    uint64_t next = TN_EMU_NEVER;

    if (u->powered != tn_emu_apollo3_uart_has_power(e)) {
        set_reset(u);
        u->powered = tn_emu_apollo3_uart_has_power(e);
    }
    if (u->powered) {
        receive_due(e, u);
        send_due(e, u);
        if (u->waits && u->timeout_at <= tn_emu_us(e)) {
            u->waits = false;
            u->ints |= u->rx.n ? INT_TIMEOUT : 0;
        }
    }
    tn_emu_irq(e, IRQ, u->powered && (u->ints & *reg(u, IER)));
    if (u->sending) {
        next = u->sent_at;
    }
    if (u->waits && u->timeout_at < next) {
        next = u->timeout_at;
    }
    uint64_t due = tn_emu_receiver_due(&u->receiver);
    return due < next ? due : next;
}

// ---- Registers -------------------------------------------------------------------------

static uint32_t flags(struct tn_emu *e, struct uart *u) {
    if (!u->rx.n) {
        tn_emu_polled(e);
    }
    return (u->sending || u->tx.n ? FR_BUSY : 0) | (u->rx.n ? 0 : FR_RX_EMPTY) |
            (u->tx.n >= depth(u) ? FR_TX_FULL : 0) | (u->rx.n >= depth(u) ? FR_RX_FULL : 0) |
            (u->tx.n ? 0 : FR_TX_EMPTY);
}

static uint32_t take(struct tn_emu *e, struct uart *u) {
    uint32_t byte = pop(&u->rx);

    if (u->rx.n < level(u, 3)) {
        u->ints &= ~(uint32_t)INT_RX;
    }
    if (!u->rx.n) {
        u->ints &= ~(uint32_t)INT_TIMEOUT;
    }
    tn_emu_attend(e);
    return byte;
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    struct uart *u = state;

    (void)size;
    tick(e, state);
    if (!u->powered) {
        return 0;
    }
    switch (off) {
    case DR:
        return take(e, u);
    case FR:
        return flags(e, u);
    case IES:
        return u->ints;
    case MIS:
        return u->ints & *reg(u, IER);
    default:
        return off >= REGISTERS && off < REGISTERS_END ? *reg(u, off) : 0;
    }
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct uart *u = state;

    (void)size;
    tick(e, state);
    tn_emu_attend(e);
    if (!u->powered) {
        return;
    }
    if (off == DR) {
        if (u->tx.n < depth(u)) {
            u->tx.bytes[u->tx.n++] = (uint8_t)value;
        }
        u->ints &= u->tx.n > level(u, 0) ? ~(uint32_t)INT_TX : UINT32_MAX;
        send_due(e, u);
    } else if (off == IEC) {
        u->ints &= ~value;
    } else if (off >= REGISTERS && off < REGISTERS_END) {
        *reg(u, off) = value;
        u->receiver.busy = u->receiver.busy && is_on(u, CR_RX);
    }
}

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e, (void)cause;
    set_reset(state);
}

const struct tn_emu_device tn_emu_apollo3_uart0 = {
        .name = "UART0",
        .base = 0x4001c000,
        .size = 0x1000,
        .state_size = sizeof(struct uart),
        .reset = reset,
        .load = load,
        .store = store,
        .tick = tick,
};

// SPDX-License-Identifier: Apache-2.0
// A USART as a UART. Sources: ST, RM0351 chapter 40 and RM0461 chapter 35; RM0090 chapter 30 (F2
// and F4).
//
// Bytes come and go by the clock: a byte takes its ten bits of time. One waits in RDR, and one that
// is complete meanwhile is lost (ORE). The WL's FIFO is not modelled.
//
// A line is connected by a pin that the program has set: pins that ST's data sheets (DS10198,
// DS13105, DS8626, DS10693, DS6329: "Alternate functions") do not have below lead nowhere.
#include "emu/core/emu.h"
#include "stm32_priv.h"

enum {
    // L4 and WL.
    CR1 = 0x00,   // [USART2.CR1 of stm32l* stm32w*]
    CR2 = 0x04,   // [USART2.CR2 of stm32l* stm32w*]
    CR3 = 0x08,   // [USART2.CR3 of stm32l* stm32w*]
    BRR = 0x0c,   // [USART2.BRR of stm32l* stm32w*]
    GTPR = 0x10,  // [USART2.GTPR of stm32l* stm32w*]
    ISR = 0x1c,   // [USART2.ISR of stm32l* stm32w*]
    ICR = 0x20,   // [USART2.ICR of stm32l* stm32w*]
    RDR = 0x24,   // [USART2.RDR of stm32l* stm32w*]
    TDR = 0x28,   // [USART2.TDR of stm32l* stm32w*]
    UE = 1 << 0,  // [USART2.CR1.UE of stm32l* stm32w*]
    // F2 and F4.
    OLD_SR = 0x00,     // [USART2.SR of stm32f*]
    OLD_DR = 0x04,     // [USART2.DR of stm32f*]
    OLD_BRR = 0x08,    // [USART2.BRR of stm32f*]
    OLD_CR1 = 0x0c,    // [USART2.CR1 of stm32f*]
    OLD_CR2 = 0x10,    // [USART2.CR2 of stm32f*]
    OLD_CR3 = 0x14,    // [USART2.CR3 of stm32f*]
    OLD_GTPR = 0x18,   // [USART2.GTPR of stm32f*]
    OLD_UE = 1 << 13,  // [USART2.CR1.UE of stm32f*]
    // All. The status; the interrupt enables of CR1 have the same places.
    RE = 1 << 2,    // [USART2.CR1.RE]
    TE = 1 << 3,    // [USART2.CR1.TE]
    ORE = 1 << 3,   // [USART2.ISR.ORE; USART2.SR.ORE of stm32f*]
    RXNE = 1 << 5,  // [USART2.ISR.RXNE; USART2.SR.RXNE of stm32f*]
    TC = 1 << 6,    // [USART2.ISR.TC; USART2.SR.TC of stm32f*]
    TXE = 1 << 7,   // [USART2.ISR.TXE; USART2.SR.TXE of stm32f*]
};

// Interrupts, and bits of RCC.
enum {
    L4_USART1_IRQ = 37,  // [irq USART1 of stm32l476]
    L4_USART2_IRQ = 38,  // [irq USART2 of stm32l476]
    WL_USART1_IRQ = 36,  // [irq USART1 of stm32wle5]
    WL_USART2_IRQ = 37,  // [irq USART2 of stm32wle5]
    F4_USART2_IRQ = 38,  // [irq USART2 of stm32f*]
    F4_USART3_IRQ = 39,  // [irq USART3 of stm32f*]
    USART1_EN = 14,      // [RCC.APB2ENR.USART1EN bit of stm32l* stm32w*]
    USART2_EN = 17,      // [RCC.APB1ENR1.USART2EN bit; RCC.APB1ENR.USART2EN bit of stm32f*]
    F4_USART3_EN = 18,   // [RCC.APB1ENR.USART3EN bit of stm32f*]
};

enum {
    REGISTERS = 12 * 4,
    FUNCTION = 7,
};

// Pins of transmitter and receiver, as alternate function 7.
static const struct {
    enum { F4 = 1, L4 = 2, WL = 4 } families;
    unsigned usart;
    char port;
    uint8_t tx, rx;
} pins[] = {
        {F4 | L4 | WL, 1, 'A', 9, 10},
        {F4 | L4 | WL, 1, 'B', 6, 7},
        {L4, 1, 'G', 9, 10},
        {F4 | L4 | WL, 2, 'A', 2, 3},
        {F4 | L4, 2, 'D', 5, 6},
        {F4 | L4, 3, 'B', 10, 11},
        {F4 | L4, 3, 'C', 10, 11},
        {L4, 3, 'C', 4, 5},
        {F4 | L4, 3, 'D', 8, 9},
};

struct usart {
    // Set when the power comes.
    unsigned nth, line, irq, bus, bit;
    bool old;  // F2 and F4: other places of registers, and one for SR and DR each
    // Cleared by a reset.
    uint32_t reg[REGISTERS / 4];
    bool rxne, ore;
    uint8_t rdr;
    bool sending, waits;  // a byte is on its way; another one waits in TDR
    uint8_t tdr;
    uint64_t sent_at;
    struct tn_emu_receiver receiver;
};

static bool may(const struct usart *u, uint32_t way) {
    uint32_t all = (u->old ? OLD_UE : UE) | way;

    return (u->reg[CR1 / 4] & all) == all;
}

static bool is_connected(struct tn_emu *e, const struct usart *u, bool transmitter) {
    unsigned family = tn_emu_stm32_is_f4(e) ? F4 : tn_emu_stm32_is_wl(e) ? WL : L4;

    for (size_t i = 0; i < sizeof(pins) / sizeof(*pins); i++) {
        if ((pins[i].families & family) && pins[i].usart == u->nth &&
                tn_emu_stm32_pin_is(e, (unsigned)(pins[i].port - 'A'),
                        transmitter ? pins[i].tx : pins[i].rx, FUNCTION)) {
            return true;
        }
    }
    return false;
}

// Where a register of the old kind lies in the new one.
static uint32_t place(const struct usart *u, uint32_t off, uint32_t data) {
    static const struct {
        uint8_t old, other;
    } places[] = {{OLD_SR, ISR}, {OLD_BRR, BRR}, {OLD_CR1, CR1}, {OLD_CR2, CR2}, {OLD_CR3, CR3},
            {OLD_GTPR, GTPR}};

    if (!u->old) {
        return off;
    }
    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
        if (off == places[i].old) {
            return places[i].other;
        }
    }
    return off == OLD_DR ? data : REGISTERS;
}

static uint64_t byte_us(struct tn_emu *e, const struct usart *u) {
    return 10ull * u->reg[BRR / 4] * 1000000 / tn_emu_stm32_hz(e) + 1;
}

static void receive(struct tn_emu *e, struct usart *u, uint8_t byte) {
    if (u->rxne) {
        u->ore = true;
        e->lost++;
    } else {
        u->rxne = true;
        u->rdr = byte;
    }
}

// Bytes that are complete by now.
static void receive_due(struct tn_emu *e, struct usart *u) {
    uint8_t byte;

    while (may(u, RE) && is_connected(e, u, false) &&
            tn_emu_receive(e, u->line, &u->receiver, byte_us(e, u), &byte)) {
        receive(e, u, byte);
    }
}

static void send(struct tn_emu *e, struct usart *u, uint8_t byte, uint64_t from) {
    if (is_connected(e, u, true)) {
        tn_emu_line_give(e, u->line, byte);
    }
    u->sending = true;
    u->sent_at = from + byte_us(e, u);
}

static void send_due(struct tn_emu *e, struct usart *u) {
    if (u->sending && u->sent_at <= tn_emu_us(e)) {
        u->sending = false;
        if (u->waits) {
            u->waits = false;
            send(e, u, u->tdr, u->sent_at);
        }
    }
}

static uint32_t status(const struct usart *u) {
    return (u->rxne ? RXNE : 0) | (u->ore ? ORE : 0) | (u->waits ? 0 : TXE) |
            (u->sending || u->waits ? 0 : TC);
}

static uint64_t tick(struct tn_emu *e, void *state) {
    struct usart *u = state;
    uint64_t next = TN_EMU_NEVER;

    receive_due(e, u);
    send_due(e, u);
    uint32_t enabled = u->reg[CR1 / 4] & (RXNE | TC | TXE);
    tn_emu_irq(e, u->irq,
            may(u, 0) && ((status(u) & enabled) || (u->ore && (u->reg[CR1 / 4] & RXNE))));
    if (u->sending) {
        next = u->sent_at;
    }
    uint64_t due = tn_emu_receiver_due(&u->receiver);
    return due < next ? due : next;
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    struct usart *u = state;

    (void)size;
    if (!tn_emu_stm32_is_on(e, (enum tn_emu_stm32_bus)u->bus, u->bit)) {
        return 0;
    }
    tick(e, state);
    off = place(u, off, RDR);
    switch (off) {
    case ISR:
        if (!u->rxne) {
            tn_emu_polled(e);
        }
        return status(u);
    case RDR:
        u->rxne = false;
        u->ore &= !u->old;
        tn_emu_attend(e);
        return u->rdr;
    default:
        return off < REGISTERS ? u->reg[off / 4] : 0;
    }
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct usart *u = state;

    (void)size;
    if (!tn_emu_stm32_is_on(e, (enum tn_emu_stm32_bus)u->bus, u->bit)) {
        return;
    }
    tick(e, state);
    off = place(u, off, TDR);
    if (off == TDR && may(u, TE)) {
        if (!u->sending) {
            send(e, u, (uint8_t)value, tn_emu_us(e));
        } else {
            u->waits = true;
            u->tdr = (uint8_t)value;
        }
    } else if (off == ICR) {
        u->ore &= !(value & ORE);
    } else if (off < ISR && !(off == BRR && may(u, 0))) {  // BRR only while it is off
        u->reg[off / 4] = value;
    }
    tn_emu_attend(e);
}

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    struct usart *u = state;

    (void)cause;
    *u = (struct usart){.nth = u->nth,
            .line = u->line,
            .irq = u->irq,
            .bus = u->bus,
            .bit = u->bit,
            .old = u->old};
    tn_emu_irq(e, u->irq, false);
}

// Line 0 is the console of the chip's board.
#define USART(chip, n, at, number, nth_line, on_bus, on_bit, is_old)                               \
    static void power_on_##chip##_##n(struct tn_emu *e, void *state) {                             \
        struct usart *u = state;                                                                   \
                                                                                                   \
        (void)e;                                                                                   \
        u->nth = n;                                                                                \
        u->line = nth_line;                                                                        \
        u->irq = number;                                                                           \
        u->bus = on_bus;                                                                           \
        u->bit = on_bit;                                                                           \
        u->old = is_old;                                                                           \
    }                                                                                              \
    const struct tn_emu_device tn_emu_##chip##_usart##n = {                                        \
            .name = "USART" #n,                                                                    \
            .base = at,                                                                            \
            .size = 0x400,                                                                         \
            .state_size = sizeof(struct usart),                                                    \
            .power_on = power_on_##chip##_##n,                                                     \
            .reset = reset,                                                                        \
            .load = load,                                                                          \
            .store = store,                                                                        \
            .tick = tick,                                                                          \
    }

USART(stm32l4, 1, 0x40013800, L4_USART1_IRQ, 0, TN_EMU_STM32_APB2, USART1_EN, false);
USART(stm32l4, 2, 0x40004400, L4_USART2_IRQ, 1, TN_EMU_STM32_APB1, USART2_EN, false);
USART(stm32wl, 1, 0x40013800, WL_USART1_IRQ, 1, TN_EMU_STM32_APB2, USART1_EN, false);
USART(stm32wl, 2, 0x40004400, WL_USART2_IRQ, 0, TN_EMU_STM32_APB1, USART2_EN, false);
USART(stm32f4, 2, 0x40004400, F4_USART2_IRQ, 1, TN_EMU_STM32_APB1, USART2_EN, true);
USART(stm32f4, 3, 0x40004800, F4_USART3_IRQ, 0, TN_EMU_STM32_APB1, F4_USART3_EN, true);
USART(stm32f446, 2, 0x40004400, F4_USART2_IRQ, 0, TN_EMU_STM32_APB1, USART2_EN, true);

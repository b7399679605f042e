// SPDX-License-Identifier: Apache-2.0
// UART0 by interrupt, with a ring for each way.
//
// A ring has one writer and one reader; each moves only its own index, and the other one sees the
// byte before the index (all is volatile, and this core does not reorder). Indices run freely and
// are cut to the ring's size where they are used.
#include "apollo3.h"
#include "cortexm/cortexm.h"
#include "registers.h"

enum {
    PATIENCE = 200000,  // rounds of 12 cycles or more: over a full ring's 1,200,000 at 48 MHz
};

static struct {
    volatile uint8_t ring[APOLLO3_UART_RX];
    volatile uint16_t in;   // moved by the interrupt
    volatile uint16_t out;  // moved by the program
} rx;

static struct {
    volatile uint8_t ring[APOLLO3_UART_TX];
    volatile uint16_t in;   // moved by the program
    volatile uint16_t out;  // moved where the interrupt cannot come
} tx;

volatile uint32_t apollo3_uart_irq_lost;

_Static_assert((APOLLO3_UART_RX & (APOLLO3_UART_RX - 1)) == 0, "a power of two");
_Static_assert((APOLLO3_UART_TX & (APOLLO3_UART_TX - 1)) == 0, "a power of two");

void apollo3_uart_irq_begin(const struct apollo3_uart_pins *pins) {
    apollo3_uart_on(pins);
    UART0_IER = UART0_INT_RX | UART0_INT_RX_TIMEOUT | UART0_INT_TX;
    cm_irq_enable(APOLLO3_IRQ_UART0);
}

// Takes what has come; if the program is too slow, what comes last is lost.
static void receive(void) {
    while (!(UART0_FR & UART0_FR_RX_EMPTY)) {
        uint8_t byte = (uint8_t)UART0_DR;
        uint16_t in = rx.in;
        if ((uint16_t)(in - rx.out) < APOLLO3_UART_RX) {
            rx.ring[in % APOLLO3_UART_RX] = byte;
            rx.in = (uint16_t)(in + 1);
        } else {
            apollo3_uart_irq_lost++;
        }
    }
    if (UART0_IES & UART0_INT_OVERRUN) {
        UART0_IEC = UART0_INT_OVERRUN;
        apollo3_uart_irq_lost++;
    }
}

// Fills the FIFO. Its interrupt comes when it has become half empty.
static void send(void) {
    uint16_t out = tx.out;

    while (out != tx.in && !(UART0_FR & UART0_FR_TX_FULL)) {
        UART0_DR = tx.ring[out++ % APOLLO3_UART_TX];
    }
    tx.out = out;
}

void apollo3_uart_isr(void) {
    UART0_IEC = UART0_INT_RX | UART0_INT_RX_TIMEOUT | UART0_INT_TX;  // before they may come again
    receive();
    send();
}

void apollo3_uart_irq_flush(void) {
    for (int i = 0; (tx.out != tx.in || (UART0_FR & UART0_FR_BUSY)) && i < PATIENCE; i++) {
    }
}

size_t apollo3_uart_irq_read(void *ctx, void *buf, size_t size) {
    uint8_t *p = buf;
    size_t n = 0;

    (void)ctx;
    for (uint16_t out = rx.out; n < size && out != rx.in; rx.out = out) {
        p[n++] = rx.ring[out++ % APOLLO3_UART_RX];
    }
    return n;
}

size_t apollo3_uart_irq_write(void *ctx, const void *buf, size_t len) {
    const uint8_t *p = buf;
    size_t n = 0;
    uint16_t in = tx.in;

    (void)ctx;
    while (n < len && (uint16_t)(in - tx.out) < APOLLO3_UART_TX) {
        tx.ring[in++ % APOLLO3_UART_TX] = p[n++];
    }
    tx.in = in;
    cm_irq_disable(APOLLO3_IRQ_UART0);
    send();  // begins what the interrupt goes on with
    cm_irq_enable(APOLLO3_IRQ_UART0);
    return n;
}

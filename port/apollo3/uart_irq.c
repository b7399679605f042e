// SPDX-License-Identifier: Apache-2.0
// UART0 by interrupt, with a ring for each way (cortexm/ring.h).
#include "apollo3.h"
#include "cortexm/cortexm.h"
#include "cortexm/ring.h"
#include "registers.h"

enum {
    PATIENCE = 200000,  // rounds of 12 cycles or more: over a full ring's 1,200,000 at 48 MHz
};

static volatile uint8_t rx_bytes[APOLLO3_UART_RX];
static struct cm_ring rx;  // the interrupt writes

static volatile uint8_t tx_bytes[APOLLO3_UART_TX];
static struct cm_ring tx;  // is read where the interrupt cannot come

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
        if (!cm_ring_put(&rx, rx_bytes, APOLLO3_UART_RX, byte)) {
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
    while (!cm_ring_is_empty(&tx) && !(UART0_FR & UART0_FR_TX_FULL)) {
        UART0_DR = cm_ring_first(&tx, tx_bytes, APOLLO3_UART_TX);
        cm_ring_drop(&tx);
    }
}

void apollo3_uart_isr(void) {
    UART0_IEC = UART0_INT_RX | UART0_INT_RX_TIMEOUT | UART0_INT_TX;  // before they may come again
    receive();
    send();
}

void apollo3_uart_irq_flush(void) {
    for (int i = 0; (!cm_ring_is_empty(&tx) || (UART0_FR & UART0_FR_BUSY)) && i < PATIENCE; i++) {
    }
}

size_t apollo3_uart_irq_read(void *ctx, void *buf, size_t size) {
    (void)ctx;
    return cm_ring_read(&rx, rx_bytes, APOLLO3_UART_RX, buf, size);
}

size_t apollo3_uart_irq_write(void *ctx, const void *buf, size_t len) {
    size_t n = cm_ring_write(&tx, tx_bytes, APOLLO3_UART_TX, buf, len);

    (void)ctx;
    cm_irq_disable(APOLLO3_IRQ_UART0);
    send();  // begins what the interrupt goes on with
    cm_irq_enable(APOLLO3_IRQ_UART0);
    return n;
}

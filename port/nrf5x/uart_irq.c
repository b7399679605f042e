// SPDX-License-Identifier: Apache-2.0
// UART0 by interrupt, with a ring for each way (cortexm/ring.h).
#include "chip.h"
#include "nrf5x.h"

#include "cortexm/cortexm.h"
#include "cortexm/ring.h"

enum {
    PATIENCE = 60000,  // rounds of some 50 cycles: more than a full ring's 1,440,000 at 64 MHz
};

static volatile uint8_t rx_bytes[NRF51_UART_RX];
static struct cm_ring rx;  // the interrupt writes

static volatile uint8_t tx_bytes[NRF51_UART_TX];
static struct cm_ring tx;      // is read where the interrupt cannot come
static volatile bool sending;  // a byte is on its way

volatile uint32_t nrf51_uart_irq_lost;

_Static_assert((NRF51_UART_RX & (NRF51_UART_RX - 1)) == 0, "a power of two");
_Static_assert((NRF51_UART_TX & (NRF51_UART_TX - 1)) == 0, "a power of two");

void nrf51_uart_irq_begin(const struct nrf51_uart_pins *pins) {
    nrf51_uart_on(pins);
    UART_INTENSET = UART_INT_RECEIVED | UART_INT_SENT;
    cm_irq_enable(NRF5X_IRQ_UART);
}

// Takes what has come; if the program is too slow, what comes last is lost.
static void receive(void) {
    while (UART_RECEIVED) {
        uint8_t byte = nrf5x_uart_take();
        if (!cm_ring_put(&rx, rx_bytes, NRF51_UART_RX, byte)) {
            nrf51_uart_irq_lost++;
        }
    }
    if (UART_ERRORSRC & UART_ERRORSRC_OVERRUN) {  // the UART's own six bytes were full
        UART_ERRORSRC = UART_ERRORSRC_OVERRUN;
        nrf51_uart_irq_lost++;
    }
}

// Sends the next byte if the last one is out.
static void send(void) {
    if (sending && !UART_SENT) {
        return;
    }
    UART_SENT = 0;
    sending = !cm_ring_is_empty(&tx);
    if (sending) {
        nrf5x_uart_give(cm_ring_first(&tx, tx_bytes, NRF51_UART_TX));
        cm_ring_drop(&tx);
    }
}

void nrf51_uart_isr(void) {
    receive();
    send();
}

// send for the program. Begins what the interrupt goes on with, and goes on itself where an
// interrupt was lost (QEMU's UART raises none for a byte that its peer did not take at once).
static void nudge(void) {
    cm_irq_disable(NRF5X_IRQ_UART);
    send();
    cm_irq_enable(NRF5X_IRQ_UART);
}

void nrf51_uart_irq_flush(void) {
    for (int i = 0; sending && i < PATIENCE; i++) {
        nudge();
    }
}

size_t nrf51_uart_irq_read(void *ctx, void *buf, size_t size) {
    (void)ctx;
    return cm_ring_read(&rx, rx_bytes, NRF51_UART_RX, buf, size);
}

size_t nrf51_uart_irq_write(void *ctx, const void *buf, size_t len) {
    size_t n = cm_ring_write(&tx, tx_bytes, NRF51_UART_TX, buf, len);

    (void)ctx;
    nudge();
    return n;
}

// SPDX-License-Identifier: Apache-2.0
// UART0 by interrupt, with a ring for each way.
//
// A ring has one writer and one reader; each moves only its own index, and the other one sees
// the byte before the index (all is volatile, and this core does not reorder). Indices run
// freely and are cut to the ring's size where they are used.
#include "chip.h"
#include "nrf5x.h"

#include "cortexm/cortexm.h"

enum {
    PATIENCE = 60000,  // rounds of some 50 cycles: more than a full ring's 1,440,000 at 64 MHz
};

static struct {
    volatile uint8_t ring[NRF51_UART_RX];
    volatile uint16_t in;   // moved by the interrupt
    volatile uint16_t out;  // moved by the program
} rx;

static struct {
    volatile uint8_t ring[NRF51_UART_TX];
    volatile uint16_t in;   // moved by the program
    volatile uint16_t out;  // moved where the interrupt cannot come
    volatile bool sending;  // a byte is on its way
} tx;

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
        uint16_t in = rx.in;
        if ((uint16_t)(in - rx.out) < NRF51_UART_RX) {
            rx.ring[in % NRF51_UART_RX] = byte;
            rx.in = (uint16_t)(in + 1);
        } else {
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
    uint16_t out = tx.out;

    if (tx.sending && !UART_SENT) {
        return;
    }
    UART_SENT = 0;
    tx.sending = out != tx.in;
    if (tx.sending) {
        nrf5x_uart_give(tx.ring[out % NRF51_UART_TX]);
        tx.out = (uint16_t)(out + 1);
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
    for (int i = 0; tx.sending && i < PATIENCE; i++) {
        nudge();
    }
}

size_t nrf51_uart_irq_read(void *ctx, void *buf, size_t size) {
    uint8_t *p = buf;
    size_t n = 0;

    (void)ctx;
    for (uint16_t out = rx.out; n < size && out != rx.in; rx.out = out) {
        p[n++] = rx.ring[out++ % NRF51_UART_RX];
    }
    return n;
}

size_t nrf51_uart_irq_write(void *ctx, const void *buf, size_t len) {
    const uint8_t *p = buf;
    size_t n = 0;
    uint16_t in = tx.in;

    (void)ctx;
    while (n < len && (uint16_t)(in - tx.out) < NRF51_UART_TX) {
        tx.ring[in++ % NRF51_UART_TX] = p[n++];
    }
    tx.in = in;
    nudge();
    return n;
}

// SPDX-License-Identifier: Apache-2.0
// A UART by interrupt, with a ring for each way (cortexm/ring.h).
#include "stm32.h"

#include "cortexm/cortexm.h"
#include "cortexm/ring.h"

enum {
    PATIENCE = 200000,  // rounds of 20 cycles or more: over a full ring's 360,000 cycles
};

static volatile uint8_t rx_bytes[STM32_UART_RX];
static struct cm_ring rx;  // the interrupt writes

static volatile uint8_t tx_bytes[STM32_UART_TX];
static struct cm_ring tx;  // is read where the interrupt cannot come

static const struct stm32_uart *uart;
volatile uint32_t stm32_uart_irq_lost;

_Static_assert((STM32_UART_RX & (STM32_UART_RX - 1)) == 0, "a power of two");
_Static_assert((STM32_UART_TX & (STM32_UART_TX - 1)) == 0, "a power of two");

void stm32_uart_irq_begin(const struct stm32_uart *u) {
    uart = u;
    stm32_uart_on(u);
    stm32_uart_interrupts(u, true, false);
    cm_irq_enable(u->irq);
}

// Takes what has come; if the program is too slow, what comes last is lost.
static void receive(void) {
    uint8_t byte;

    while (stm32_uart_get(uart, &byte, &stm32_uart_irq_lost)) {
        if (!cm_ring_put(&rx, rx_bytes, STM32_UART_RX, byte)) {
            stm32_uart_irq_lost++;
        }
    }
}

static void send(void) {
    while (!cm_ring_is_empty(&tx) &&
            stm32_uart_put(uart, cm_ring_first(&tx, tx_bytes, STM32_UART_TX))) {
        cm_ring_drop(&tx);
    }
    stm32_uart_interrupts(uart, true, !cm_ring_is_empty(&tx));
}

void stm32_uart_isr(void) {
    receive();
    send();
}

void stm32_uart_irq_flush(void) {
    for (int i = 0; (!cm_ring_is_empty(&tx) || !stm32_uart_is_done(uart)) && i < PATIENCE; i++) {
    }
}

size_t stm32_uart_irq_read(void *ctx, void *buf, size_t size) {
    (void)ctx;
    return cm_ring_read(&rx, rx_bytes, STM32_UART_RX, buf, size);
}

size_t stm32_uart_irq_write(void *ctx, const void *buf, size_t len) {
    size_t n = cm_ring_write(&tx, tx_bytes, STM32_UART_TX, buf, len);

    (void)ctx;
    cm_irq_disable(uart->irq);
    send();  // begins what the interrupt goes on with
    cm_irq_enable(uart->irq);
    return n;
}

// SPDX-License-Identifier: Apache-2.0
// A UART by interrupt, with a ring for each way.
//
// A ring has one writer and one reader; each moves only its own index, and the other one sees the
// byte before the index (all is volatile, and this core does not reorder). Indices run freely and
// are cut to the ring's size where they are used.
#include "stm32.h"

#include "cortexm/cortexm.h"

enum {
    PATIENCE = 200000,  // rounds of 20 cycles or more: over a full ring's 360,000 cycles
};

static struct {
    volatile uint8_t ring[STM32_UART_RX];
    volatile uint16_t in;   // moved by the interrupt
    volatile uint16_t out;  // moved by the program
} rx;

static struct {
    volatile uint8_t ring[STM32_UART_TX];
    volatile uint16_t in;   // moved by the program
    volatile uint16_t out;  // moved where the interrupt cannot come
} tx;

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
        uint16_t in = rx.in;
        if ((uint16_t)(in - rx.out) < STM32_UART_RX) {
            rx.ring[in % STM32_UART_RX] = byte;
            rx.in = (uint16_t)(in + 1);
        } else {
            stm32_uart_irq_lost++;
        }
    }
}

static void send(void) {
    while (tx.out != tx.in && stm32_uart_put(uart, tx.ring[tx.out % STM32_UART_TX])) {
        tx.out = (uint16_t)(tx.out + 1);
    }
    stm32_uart_interrupts(uart, true, tx.out != tx.in);
}

void stm32_uart_isr(void) {
    receive();
    send();
}

void stm32_uart_irq_flush(void) {
    for (int i = 0; (tx.out != tx.in || !stm32_uart_is_done(uart)) && i < PATIENCE; i++) {
    }
}

size_t stm32_uart_irq_read(void *ctx, void *buf, size_t size) {
    uint8_t *p = buf;
    size_t n = 0;

    (void)ctx;
    for (uint16_t out = rx.out; n < size && out != rx.in; rx.out = out) {
        p[n++] = rx.ring[out++ % STM32_UART_RX];
    }
    return n;
}

size_t stm32_uart_irq_write(void *ctx, const void *buf, size_t len) {
    const uint8_t *p = buf;
    size_t n = 0;
    uint16_t in = tx.in;

    (void)ctx;
    while (n < len && (uint16_t)(in - tx.out) < STM32_UART_TX) {
        tx.ring[in++ % STM32_UART_TX] = p[n++];
    }
    tx.in = in;
    cm_irq_disable(uart->irq);
    send();  // begins what the interrupt goes on with
    cm_irq_enable(uart->irq);
    return n;
}

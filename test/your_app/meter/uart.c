// SPDX-License-Identifier: Apache-2.0
#include "uart.h"

#include <stdbool.h>

#include "chip.h"

enum {
    PIN_TXD = 24,  // to the micro:bit's USB chip
    PIN_RXD = 25,
};

static volatile unsigned char rx[UART_RX_SIZE];
static volatile unsigned rx_in;   // moved by the interrupt
static volatile unsigned rx_out;  // moved by the program

static volatile unsigned char tx[UART_TX_SIZE];
static volatile unsigned tx_in;   // moved by the program
static volatile unsigned tx_out;  // moved where the interrupt cannot come
static volatile bool is_sending;

void uart_start(void) {
    CLOCK_HFCLKSTART = 1;
    GPIO_OUTSET = 1u << PIN_TXD;
    GPIO_PIN_CNF(PIN_TXD) = 3;       // output
    GPIO_PIN_CNF(PIN_RXD) = 3 << 2;  // input with pull-up
    UART_PSELTXD = PIN_TXD;
    UART_PSELRXD = PIN_RXD;
    UART_BAUDRATE = UART_115200;
    UART_ENABLE = 4;
    UART_STARTTX = 1;
    UART_STARTRX = 1;
    UART_INTENSET = UART_INT_BOTH;
    irq_on(UART_IRQ);
}

static void send(void) {
    if (is_sending && !UART_TXDRDY) {
        return;
    }
    UART_TXDRDY = 0;
    is_sending = tx_out != tx_in;
    if (is_sending) {
        UART_TXD = tx[tx_out % UART_TX_SIZE];
        tx_out = tx_out + 1;
    }
}

// A byte that finds the ring full is lost.
void uart_handler(void) {
    while (UART_RXDRDY) {
        UART_RXDRDY = 0;
        unsigned char byte = (unsigned char)UART_RXD;
        if (rx_in - rx_out < UART_RX_SIZE) {
            rx[rx_in % UART_RX_SIZE] = byte;
            rx_in = rx_in + 1;
        }
    }
    send();
}

void uart_kick(void) {
    irq_off(UART_IRQ);
    send();
    irq_on(UART_IRQ);
}

size_t uart_read(void *buf, size_t size) {
    unsigned char *p = buf;
    size_t n = 0;

    while (n < size && rx_out != rx_in) {
        p[n++] = rx[rx_out % UART_RX_SIZE];
        rx_out = rx_out + 1;
    }
    return n;
}

size_t uart_write(const void *buf, size_t len) {
    const unsigned char *p = buf;
    size_t n = 0;

    while (n < len && tx_in - tx_out < UART_TX_SIZE) {
        tx[tx_in % UART_TX_SIZE] = p[n++];
        tx_in = tx_in + 1;
    }
    uart_kick();
    return n;
}

// SPDX-License-Identifier: Apache-2.0
// UART0 on and off, and without interrupts.
#include "apollo3.h"
#include "registers.h"

enum {
    // 24 MHz / (16 * (13 + 1/64)): 115,246 baud
    DIVISOR = 13,
    DIVISOR_64THS = 1,
    PATIENCE = 20000,  // rounds of 8 cycles or more: over a full FIFO's 133,000 at 48 MHz
};

void apollo3_uart_on(const struct apollo3_uart_pins *pins) {
    PWRCTRL_DEVPWREN |= PWRCTRL_DEVPWREN_UART0;
    while (!(PWRCTRL_DEVPWRSTATUS & PWRCTRL_DEVPWRSTATUS_HCPA)) {
    }
    UART0_CR = UART0_CR_CLOCK | UART0_CR_24_MHZ;
    UART0_IBRD = DIVISOR;
    UART0_FBRD = DIVISOR_64THS;
    UART0_LCRH = UART0_LCRH_8_BITS | UART0_LCRH_FIFO;
    UART0_CR = UART0_CR_CLOCK | UART0_CR_24_MHZ | UART0_CR_ENABLE | UART0_CR_TX | UART0_CR_RX;
    // After the UART, whose idle line is high.
    apollo3_pad_set(pins->tx, (uint8_t)GPIO_PAD_FUNCTION(pins->tx_fn));
    apollo3_pad_set(pins->rx,
            (uint8_t)(GPIO_PAD_FUNCTION(pins->rx_fn) | GPIO_PAD_INPUT | GPIO_PAD_PULLUP |
                    GPIO_PAD_PULL_24K));
}

void apollo3_uart_off(const struct apollo3_uart_pins *pins) {
    for (int i = 0; (UART0_FR & UART0_FR_BUSY) && i < PATIENCE; i++) {
    }
    apollo3_pad_off(pins->tx);
    apollo3_pad_off(pins->rx);
    UART0_CR = 0;
    PWRCTRL_DEVPWREN &= ~PWRCTRL_DEVPWREN_UART0;  // its registers are those of a reset afterwards
}

size_t apollo3_uart_polled_read(void *ctx, void *buf, size_t size) {
    uint8_t *p = buf;
    size_t n = 0;

    (void)ctx;
    while (n < size && !(UART0_FR & UART0_FR_RX_EMPTY)) {
        p[n++] = (uint8_t)UART0_DR;
    }
    return n;
}

size_t apollo3_uart_polled_write(void *ctx, const void *buf, size_t len) {
    const uint8_t *p = buf;
    size_t n = 0;

    (void)ctx;
    while (n < len && !(UART0_FR & UART0_FR_TX_FULL)) {
        UART0_DR = p[n++];
    }
    return n;
}

// SPDX-License-Identifier: Apache-2.0
// UART0 without interrupts. Six bytes fit the UART: who is away for longer loses some.
#include "chip.h"
#include "nrf5x.h"

enum {
    PATIENCE = 4095,  // rounds of a few cycles: more than a byte's 1,400
};

static bool sending;  // a byte is on its way: TXDRDY will say when it is out

void nrf51_uart_polled_flush(void) {
    if (sending) {
        for (int i = PATIENCE; !UART_SENT && i; i--) {
        }
    }
}

size_t nrf51_uart_polled_read(void *ctx, void *buf, size_t size) {
    uint8_t *p = buf;
    size_t n = 0;

    (void)ctx;
    while (n < size && UART_RECEIVED) {
        p[n++] = nrf5x_uart_take();
    }
    return n;
}

size_t nrf51_uart_polled_write(void *ctx, const void *buf, size_t len) {
    (void)ctx;
    if (len == 0 || (sending && !UART_SENT)) {
        return 0;
    }
    UART_SENT = 0;
    nrf5x_uart_give(*(const uint8_t *)buf);
    sending = true;
    return 1;
}

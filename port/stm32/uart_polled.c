// SPDX-License-Identifier: Apache-2.0
// A UART without interrupts.
#include "stm32.h"

static volatile uint32_t lost;  // for a debugger

size_t stm32_uart_polled_read(void *ctx, void *buf, size_t size) {
    uint8_t *p = buf;
    size_t n = 0;

    while (n < size && stm32_uart_get(ctx, p + n, &lost)) {
        n++;
    }
    return n;
}

size_t stm32_uart_polled_write(void *ctx, const void *buf, size_t len) {
    return len && stm32_uart_put(ctx, *(const uint8_t *)buf);
}

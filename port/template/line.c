// SPDX-License-Identifier: Apache-2.0
// A UART that carries nothing. Where an erase stops the core, the application's needs a ring that
// holds a whole request: 1,412 bytes on the line (port/nrf5x/uart_irq.c is an example).
#include "cortexm/cortexm.h"
#include "template.h"

void template_line_begin(void) {
}

void template_line_end(void) {
}

size_t template_line_read(void *ctx, void *buf, size_t size) {
    (void)ctx, (void)buf, (void)size;
    return 0;
}

size_t template_line_write(void *ctx, const void *buf, size_t len) {
    (void)ctx, (void)buf;
    return len;
}

void template_line_irq_begin(void) {
    cm_irq_enable(TEMPLATE_IRQ_LINE);
}

void template_line_irq_flush(void) {
    cm_irq_disable(TEMPLATE_IRQ_LINE);
}

size_t template_line_irq_read(void *ctx, void *buf, size_t size) {
    (void)ctx, (void)buf, (void)size;
    return 0;
}

size_t template_line_irq_write(void *ctx, const void *buf, size_t len) {
    (void)ctx, (void)buf;
    return len;
}

void template_line_isr(void) {
}

// SPDX-License-Identifier: Apache-2.0
// The drivers of the Fable family, which nobody makes (doc/new_family.md has its manual).
#ifndef TN_PORT_FABLE_H
#define TN_PORT_FABLE_H

#include "board_parts.h"

// A register by its address.
#define FABLE_REG(addr) (*(volatile uint32_t *)(uintptr_t)(addr))

enum {
    FABLE_IRQ_LINE = 0,
    FABLE_IRQ_TICK = 1,
};

// --- flash.c

extern const struct tn_flash_ops fable_flash_ops;

// --- clock.c: what board_parts.h asks of a chip's clock, and the sample application's tick

void fable_tick_begin(void);
uint32_t fable_ticks(void);
void fable_tick_isr(void);

// --- pin.c

void fable_pin_pullup(unsigned pin);
bool fable_pin_is_low(unsigned pin);

// --- line.c: the UART, polled for a loader, by interrupt for an application

void fable_line_begin(void);
void fable_line_end(void);
size_t fable_line_read(void *ctx, void *buf, size_t size);
size_t fable_line_write(void *ctx, const void *buf, size_t len);

void fable_line_irq_begin(void);
void fable_line_irq_flush(void);
size_t fable_line_irq_read(void *ctx, void *buf, size_t size);
size_t fable_line_irq_write(void *ctx, const void *buf, size_t len);
void fable_line_isr(void);

#endif

// SPDX-License-Identifier: Apache-2.0
// The drivers of a family that does nothing yet, as its boards put them into their tables. Copy the
// folder, give the names your family's, and fill in the registers. PORTING.md has the steps.
//
// It builds and links, so that what a port has to give cannot change unnoticed.
#ifndef TN_PORT_TEMPLATE_H
#define TN_PORT_TEMPLATE_H

#include "board_parts.h"

// Your manual's numbers.
enum {
    TEMPLATE_IRQ_TICK = 28,
    TEMPLATE_IRQ_LINE = 37,
};

// --- flash.c

extern const struct tn_flash_ops template_flash_ops;

// --- clock.c: chip_clock_begin, chip_clock_end, chip_now_ms, chip_cause, chip_alive and
// chip_arm (board_parts.h), and

// Counts for the sample application.
void template_tick_begin(void);
uint32_t template_ticks(void);
void template_tick_isr(void);

// --- pin.c

// Makes a pin an input with its pull-up, and waits until it has settled.
void template_pin_pullup(unsigned pin);
bool template_pin_is_low(unsigned pin);

// --- line.c: a UART, polled for a loader, by interrupt for an application

void template_line_begin(void);
void template_line_end(void);
size_t template_line_read(void *ctx, void *buf, size_t size);
size_t template_line_write(void *ctx, const void *buf, size_t len);

void template_line_irq_begin(void);
void template_line_irq_flush(void);
size_t template_line_irq_read(void *ctx, void *buf, size_t size);
size_t template_line_irq_write(void *ctx, const void *buf, size_t len);
void template_line_isr(void);

#endif

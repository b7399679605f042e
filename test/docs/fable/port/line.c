// SPDX-License-Identifier: Apache-2.0
// The Fable's UART (manual, "UART"): 115,200 baud, 8 bytes of its own.
#include "cortexm/cortexm.h"
#include "fable.h"

#define CTRL FABLE_REG(0x40002000)
#define STATUS FABLE_REG(0x40002004)
#define DATA FABLE_REG(0x40002008)

enum {
    CTRL_ON = 1,
    CTRL_IRQ_RECEIVED = 2,
    CTRL_IRQ_ROOM = 4,
    STATUS_RECEIVED = 1,
    STATUS_ROOM = 2,
    STATUS_IDLE = 4,
    // While an erase stops the core, a client has one request under way: 1,412 bytes at most.
    RX = 2048,
    TX = 256,
};

// ---- Polled ----------------------------------------------------------------------------

void fable_line_begin(void) {
    CTRL = CTRL_ON;
}

void fable_line_end(void) {
    while (!(STATUS & STATUS_IDLE)) {
    }
    CTRL = 0;
}

size_t fable_line_read(void *ctx, void *buf, size_t size) {
    uint8_t *p = buf;
    size_t n = 0;

    (void)ctx;
    while (n < size && STATUS & STATUS_RECEIVED) {
        p[n++] = (uint8_t)DATA;
    }
    return n;
}

size_t fable_line_write(void *ctx, const void *buf, size_t len) {
    const uint8_t *p = buf;
    size_t n = 0;

    (void)ctx;
    while (n < len && STATUS & STATUS_ROOM) {
        DATA = p[n++];
    }
    return n;
}

// ---- By interrupt ----------------------------------------------------------------------

static struct {
    uint8_t bytes[RX];
    volatile uint32_t to, from;
} rx;

static struct {
    uint8_t bytes[TX];
    volatile uint32_t to, from;
} tx;

void fable_line_irq_begin(void) {
    CTRL = CTRL_ON | CTRL_IRQ_RECEIVED;
    cm_irq_enable(FABLE_IRQ_LINE);
}

void fable_line_irq_flush(void) {
    while (tx.to != tx.from || !(STATUS & STATUS_IDLE)) {
    }
    cm_irq_disable(FABLE_IRQ_LINE);
}

void fable_line_isr(void) {
    while (STATUS & STATUS_RECEIVED) {
        uint8_t byte = (uint8_t)DATA;
        if (rx.to - rx.from < RX) {
            rx.bytes[rx.to++ % RX] = byte;
        }
    }
    while (tx.to != tx.from && STATUS & STATUS_ROOM) {
        DATA = tx.bytes[tx.from++ % TX];
    }
    CTRL = CTRL_ON | CTRL_IRQ_RECEIVED | (tx.to != tx.from ? CTRL_IRQ_ROOM : 0u);
}

size_t fable_line_irq_read(void *ctx, void *buf, size_t size) {
    uint8_t *p = buf;
    size_t n = 0;

    (void)ctx;
    while (n < size && rx.from != rx.to) {
        p[n++] = rx.bytes[rx.from++ % RX];
    }
    return n;
}

size_t fable_line_irq_write(void *ctx, const void *buf, size_t len) {
    const uint8_t *p = buf;
    size_t n = 0;

    (void)ctx;
    while (n < len && tx.to - tx.from < TX) {
        tx.bytes[tx.to++ % TX] = p[n++];
    }
    CTRL = CTRL_ON | CTRL_IRQ_RECEIVED | CTRL_IRQ_ROOM;
    return n;
}

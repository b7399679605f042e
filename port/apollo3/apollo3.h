// SPDX-License-Identifier: Apache-2.0
// The devices of the Apollo3 Blue, as boards put them into their tables.
//
// Knows registers and no board: pads come as numbers. One file a device; a device that nobody lists
// is not linked.
#ifndef TN_PORT_APOLLO3_H
#define TN_PORT_APOLLO3_H

#include "board_parts.h"

// --- flash.c

// Flash by the ROM's functions: words of 4 bytes, pages of 8 KiB. Interrupts are masked meanwhile.
// Offsets are addresses.
extern const struct tn_flash_ops apollo3_flash_ops;

// --- watchdog.c: chip_alive and chip_arm (board_parts.h). It is armed for at most 255 seconds,
// unless it runs already.

// --- lock.c: chip_lock, blocks of 16 KiB

// --- pad.c

// Sets a pad's byte: its function, its input and its pull-up.
void apollo3_pad_set(unsigned pad, uint8_t value);

// As after a reset.
void apollo3_pad_off(unsigned pad);

// Makes a pad an input with its pull-up, and waits until it has settled.
void apollo3_pad_pullup(unsigned pad);
bool apollo3_pad_is_low(unsigned pad);

// --- clock.c: the system timer; and what board_parts.h asks of a chip's clock, the core's 48 MHz
// too. chip_now_ms must be called at least every 20 minutes, or 24 are lost.

// --- tick.c: timer A0, with its interrupt

// Interrupts every millisecond from now on.
void apollo3_tick_begin(void);

// How many there have been.
uint32_t apollo3_ticks(void);

void apollo3_tick_isr(void);

// --- uart.c: UART0, 115,200 baud, 8 bits, no parity; without interrupts, for a loader

struct apollo3_uart_pins {
    uint8_t tx, rx;        // pads
    uint8_t tx_fn, rx_fn;  // their functions for UART0
};

void apollo3_uart_on(const struct apollo3_uart_pins *pins);

// Waits until the last byte is out, at most a few of its times. Leaves UART and pads as a reset
// does.
void apollo3_uart_off(const struct apollo3_uart_pins *pins);

// The UART keeps 32 bytes while nobody reads.
size_t apollo3_uart_polled_read(void *ctx, void *buf, size_t size);
size_t apollo3_uart_polled_write(void *ctx, const void *buf, size_t len);

// --- uart_irq.c: both ways by interrupt, for an application

enum {
    // Bytes that wait for the program, as on other families: the largest request, 1,028 bytes, is
    // 1,412 on the line as console lines.
    APOLLO3_UART_RX = 2048,
    APOLLO3_UART_TX = 256,
};

// Calls apollo3_uart_on.
void apollo3_uart_irq_begin(const struct apollo3_uart_pins *pins);

// Waits until all bytes are out, at most some 50 ms.
void apollo3_uart_irq_flush(void);

size_t apollo3_uart_irq_read(void *ctx, void *buf, size_t size);
size_t apollo3_uart_irq_write(void *ctx, const void *buf, size_t len);

// Bytes that came and were lost since the start: those that found the ring full, and one for each
// overrun of the UART, which may stand for more. Only ever grows.
extern volatile uint32_t apollo3_uart_irq_lost;

void apollo3_uart_isr(void);

// --- line.c: the line and the button of a board whose pins.h names them: PIN_TXD, PIN_RXD,
// PIN_TXD_FN, PIN_RXD_FN; PIN_BUTTON, to ground (PIN_NONE: the board has no button)

enum {
    PIN_NONE = 0xff,
};

#endif

// SPDX-License-Identifier: Apache-2.0
// The serial line: 115,200 baud, both ways by interrupt.
#ifndef METER_UART_H
#define METER_UART_H

#include <stddef.h>

// Bytes that wait for the program, and for the line: powers of two.
#define UART_RX_SIZE 64
#define UART_TX_SIZE 128

void uart_start(void);

// What has arrived, at most size bytes. Does not wait. Returns how many.
size_t uart_read(void *buf, size_t size);

// Sends as many bytes as there is room for. Does not wait. Returns how many it took.
size_t uart_write(const void *buf, size_t len);

// Goes on with sending if an interrupt was lost. From a timer.
void uart_kick(void);

void uart_handler(void);

#endif

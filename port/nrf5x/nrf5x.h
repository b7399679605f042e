// SPDX-License-Identifier: Apache-2.0
// The devices of nRF51, nRF52 and nRF5340, as boards put them into their tables.
//
// Knows registers and no board: pins come as numbers. One file a device; a UART or a clock that
// nobody lists is not linked.
#ifndef TN_PORT_NRF5X_H
#define TN_PORT_NRF5X_H

#include "board_parts.h"

// --- flash_nrf51.c, with flash_parts.c (nRF52833, nRF52840)

// Flash by the NVMC: words of 4 bytes, pages of 1 KiB (nRF51) or 4 KiB; the core stands still
// meanwhile, with flash_parts.c for 10 ms at a time. Offsets are addresses.
extern const struct tn_flash_ops nrf51_flash_ops;

// --- watchdog.c: chip_alive and chip_arm (board_parts.h). It is armed for at most 36 hours,
// unless it runs already.

// --- lock_mpu.c (nRF51: blocks of 4 KiB), lock_acl.c (nRF52833, nRF52840: pages), lock_spu.c
// (nRF5340: regions of 16 KiB): chip_lock

// --- gpregret.c: chip_asked (board_parts.h), and requests for other loaders

// [none: other loaders' values]
enum nrf51_ask {
    NRF51_ASK_ZEPHYR_BOOTLOADER = 0x01,
    NRF51_ASK_SERIAL = 0x4e,          // Adafruit's: serial only
    NRF51_ASK_UF2 = 0x57,             // Adafruit's: UF2 and serial
    NRF51_ASK_SKIP = 0x6d,            // Adafruit's: the application at once
    NRF51_ASK_OTA = 0xa8,             // Adafruit's: by BLE
    NRF51_ASK_OTA_SOFTDEVICE = 0xb1,  // Adafruit's: by BLE, from an application with a SoftDevice
};

// Leaves a request for the loader that runs after the next reset by software.
void nrf51_ask(enum nrf51_ask what);

// --- gpio.c

// Makes a pin an input with its pull-up, and waits until it has settled.
void nrf51_pin_pullup(unsigned pin);

bool nrf51_pin_is_low(unsigned pin);

// --- clock.c: TIMER0; and what board_parts.h asks of a chip's clock. chip_now_ms must be called at
// least once an hour, or an hour is lost.

// --- tick.c: TIMER1, with its interrupt

// Interrupts every millisecond from now on.
void nrf51_tick_begin(void);

// How many there have been.
uint32_t nrf51_ticks(void);

void nrf51_tick_isr(void);

// --- uart.c, uarte.c (nRF5340): what both of the following are made of; 115,200 baud, 8 bits, no
// parity

struct nrf51_uart_pins {
    uint8_t txd;
    uint8_t rxd;
};

// Starts the crystal oscillator, too, which the rate needs.
void nrf51_uart_on(const struct nrf51_uart_pins *pins);

// Leaves UART and crystal as a reset does. The pins come first (PIN_CNF), or the pin for sending
// goes low for a moment.
void nrf51_uart_off(void);

// --- uart_polled.c: without interrupts, for a loader, after nrf51_uart_on

// Waits until the last byte is out, at most a few of its times.
void nrf51_uart_polled_flush(void);

// Keeps the six bytes of the UART's own memory while nobody reads. Nothing here clears OVERRUN in
// the UART's ERRORSRC: it says for ever whether a byte was lost.
size_t nrf51_uart_polled_read(void *ctx, void *buf, size_t size);
size_t nrf51_uart_polled_write(void *ctx, const void *buf, size_t len);

// --- uart_irq.c: both ways by interrupt, for an application

enum {
    // Bytes that wait for the program. Where an erase stops the core, a client has one request
    // under way; the largest, 1,028 bytes, is 1,412 on the line as console lines. A program that
    // does not read for that long loses nothing.
    NRF51_UART_RX = 2048,
    NRF51_UART_TX = 256,
};

void nrf51_uart_irq_begin(const struct nrf51_uart_pins *pins);

// Waits until all bytes are out, at most some 30 ms.
void nrf51_uart_irq_flush(void);

size_t nrf51_uart_irq_read(void *ctx, void *buf, size_t size);
size_t nrf51_uart_irq_write(void *ctx, const void *buf, size_t len);

// Bytes that came and were lost since the start: those that found the ring full, and one for each
// overrun of the UART, which may stand for more. Only ever grows.
extern volatile uint32_t nrf51_uart_irq_lost;

void nrf51_uart_isr(void);

// --- line.c: the line and the button of a board whose pins.h names their pins (PIN_TXD, PIN_RXD,
// PIN_BUTTON to ground; PIN_NONE: the board has no button)

enum {
    PIN_NONE = 0xff,
};

#endif

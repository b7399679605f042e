// SPDX-License-Identifier: Apache-2.0
// The devices of STM32 chips, as boards put them into their tables.
//
// Knows registers and no board: pins come as numbers. One file a device; a device that nobody lists
// is not linked.
#ifndef TN_PORT_STM32_H
#define TN_PORT_STM32_H

#include "board_parts.h"

// A pin as a number: STM32_PIN('B', 7).
#define STM32_PIN(port, pin) (((port) - 'A') * 16 + (pin))

// --- gate.c: a device's clock

// Offsets in RCC of the registers that switch a device on and that reset it, and its bit in both.
struct stm32_gate {
    uint8_t enable, reset, bit;
};

void stm32_on(const struct stm32_gate *g);

// Leaves the device as after a reset.
void stm32_off(const struct stm32_gate *g);

bool stm32_is_on(const struct stm32_gate *g);

// --- sysclk_l4.c, sysclk_f4.c

enum {
    STM32_MHZ = 16,  // of the core, of timers and of UARTs, while stm32_sysclk_begin holds
};

// Runs the core by the internal oscillator of 16 MHz, exact to 1 %: a UART's rate needs that, and
// no flash of the family needs a wait state. stm32_sysclk_end: by the clock that a reset selects.
void stm32_sysclk_begin(void);
void stm32_sysclk_end(void);

// --- usb_clock_l4.c, usb_clock_f4.c: what the OTG_FS needs besides the core's clock

// Makes 48 MHz of a crystal, or of a clock that comes in (bypass), of hse_mhz, an even number (L4:
// a multiple of 8). Waits for at most 20 ms. Returns false if oscillator or PLL do not start:
// stm32_usb_clock_end then.
bool stm32_usb_clock_begin(unsigned hse_mhz, bool bypass);
void stm32_usb_clock_end(void);

// --- flash_cache.c

// Switches the flash's caches off for an operation. Returns what stm32_caches_on takes, which
// empties them and puts them back.
uint32_t stm32_caches_off(void);
void stm32_caches_on(uint32_t acr);

// --- flash_l4.c

// Flash of double words of 8 bytes with ECC; a double word is written once. Offsets count from
// 0x08000000.
extern const struct tn_flash_ops stm32_flash_l4_ops;

// --- flash_f4.c

// Flash of words of 4 bytes, with sectors of 16, 64 and 128 KiB. Offsets count from 0x08000000.
extern const struct tn_flash_ops stm32_flash_f4_ops;

// --- watchdog.c: chip_alive and chip_arm (board_parts.h). Its oscillator is not exact: it waits
// for the time that is asked for at least, up to 22 s (F2, F4) or 30 s, and up to LSI_KHZ_MAX /
// LSI_KHZ_MIN (chip.h) times as long.

// --- gpio.c

enum stm32_pull {
    STM32_PULL_NONE,
    STM32_PULL_UP,
    STM32_PULL_DOWN,
};

// Makes a pin an input, and waits until it has settled.
void stm32_pin_input(unsigned pin, enum stm32_pull pull);
bool stm32_pin_is_high(unsigned pin);

// Makes a pin an output with this level.
void stm32_pin_output(unsigned pin, bool high);

// Connects a pin to a device: the alternate function af, with a pull-up.
void stm32_pin_device(unsigned pin, unsigned af);

// Leaves the whole port of the pin as after a reset.
void stm32_port_off(unsigned pin);

// --- clock.c: TIM2; and what board_parts.h asks of a chip's clock. chip_now_ms must be called at
// least once an hour, or an hour is lost.

// --- tick.c: an interrupt of TIM2 every millisecond, after chip_clock_begin

void stm32_tick_begin(void);

// How many there have been.
uint32_t stm32_ticks(void);

void stm32_tick_isr(void);

// --- usart_l4.c, usart_f4.c: what both of the following are made of; 115,200 baud, 8 bits, no
// parity

struct stm32_uart {
    uint32_t base;
    struct stm32_gate gate;
    uint8_t tx, rx;  // pins
    uint8_t af;      // their alternate function
    uint8_t irq;
};

// Starts the clock that the rate needs (stm32_sysclk_begin), too.
void stm32_uart_on(const struct stm32_uart *u);

// Leaves UART, pins and clock as after a reset. Waits until the last byte is out, at most a few of
// its times.
void stm32_uart_off(const struct stm32_uart *u);

// True if a byte has come, which *ret gets. Counts bytes that were lost in *lost.
bool stm32_uart_get(const struct stm32_uart *u, uint8_t *ret, volatile uint32_t *lost);

// True if there was room for the byte.
bool stm32_uart_put(const struct stm32_uart *u, uint8_t byte);

// True if all bytes are out.
bool stm32_uart_is_done(const struct stm32_uart *u);

// Whether the UART interrupts when a byte has come, and when there is room for one.
void stm32_uart_interrupts(const struct stm32_uart *u, bool received, bool room);

// --- uart_polled.c: without interrupts, for a loader, after stm32_uart_on; ctx is the UART

size_t stm32_uart_polled_read(void *ctx, void *buf, size_t size);
size_t stm32_uart_polled_write(void *ctx, const void *buf, size_t len);

// --- uart_irq.c: both ways by interrupt, for an application

enum {
    // Bytes that wait for the program, as on other families: the largest request, 1,028 bytes, is
    // 1,412 on the line as console lines.
    STM32_UART_RX = 2048,
    STM32_UART_TX = 256,
};

// Calls stm32_uart_on. One UART at a time.
void stm32_uart_irq_begin(const struct stm32_uart *u);

// Waits until all bytes are out, at most some 100 ms.
void stm32_uart_irq_flush(void);

size_t stm32_uart_irq_read(void *ctx, void *buf, size_t size);
size_t stm32_uart_irq_write(void *ctx, const void *buf, size_t len);

// Bytes that came and were lost since the start: those that found the ring full, and one for each
// overrun of the UART, which may stand for more. Only ever grows.
extern volatile uint32_t stm32_uart_irq_lost;

void stm32_uart_isr(void);

// --- line.c: the line and the button of a board whose pins.h names them: PIN_TXD, PIN_RXD,
// UART_AF, UART_BASE, UART_GATE and UART_IRQ (as in chip.h); PIN_BUTTON (PIN_NONE: the board has no
// button) and BUTTON_HIGH, its level while it is held

enum {
    PIN_NONE = 0xff,
};

#endif

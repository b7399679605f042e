// SPDX-License-Identifier: Apache-2.0
// UART0 on and off (reference manual, chapter 29).
#include "base/compiler.h"
#include "chip.h"
#include "nrf5x.h"

void nrf51_uart_on(const struct nrf51_uart_pins *pins) {
    volatile struct nrf51_uart_setup *uart = (volatile struct nrf51_uart_setup *)UART0_SETUP_ADDR;

    volatile struct nrf51_uart_tasks *tasks = (volatile struct nrf51_uart_tasks *)UART0_TASKS_ADDR;

    TN_OPAQUE(uart);  // else the compiler keeps an address for each register
    TN_OPAQUE(tasks);
    // The rate is as exact as this clock: the RC oscillator's few percent are too many. Whoever
    // needs the crystal at once may wait for CLOCK_HFCLKSTARTED; a millisecond or so does not
    // matter to us.
    CLOCK_HFCLKSTART = 1;
    uart->pseltxd = pins->txd;
    uart->pselrxd = pins->rxd;
    uart->baudrate = UART0_BAUDRATE_115200;
    uart->enable = UART0_ENABLE_ON;  // CONFIG is 0 from the reset: no parity, no flow control
    // An idle line is high: before the pin drives (the UART has it now), and while nothing is
    // plugged in.
    GPIO_PIN_CNF(pins->txd) = GPIO_PIN_CNF_OUTPUT | GPIO_PIN_CNF_NO_INPUT;
    GPIO_PIN_CNF(pins->rxd) = GPIO_PIN_CNF_PULLUP;
    tasks->starttx = 1;
    tasks->startrx = 1;
}

void nrf51_uart_off(void) {
    volatile struct nrf51_uart_setup *uart = (volatile struct nrf51_uart_setup *)UART0_SETUP_ADDR;

    volatile struct nrf51_uart_tasks *tasks = (volatile struct nrf51_uart_tasks *)UART0_TASKS_ADDR;

    volatile uint32_t *clock = &CLOCK_HFCLKSTART;

    uint32_t off = 0;

    TN_OPAQUE(uart);
    TN_OPAQUE(tasks);
    TN_OPAQUE(clock);
    TN_OPAQUE(off);  // else the compiler keeps more than one 0
    tasks->stoprx = 1;
    tasks->stoptx = 1;
    uart->enable = off;
    uart->pseltxd = ~off;  // no pin, as after a reset
    uart->pselrxd = ~off;
    clock[&CLOCK_HFCLKSTOP - &CLOCK_HFCLKSTART] = 1;
    clock += &CLOCK_HFCLKSTARTED - &CLOCK_HFCLKSTART - 1;
    TN_OPAQUE(clock);
    clock[1] = off;
}

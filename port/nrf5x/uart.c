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
    // An idle line is high: before the pin drives, and while nothing is plugged in.
    GPIO_OUTSET = 1u << pins->txd;
    GPIO_PIN_CNF(pins->txd) = GPIO_PIN_CNF_OUTPUT | GPIO_PIN_CNF_NO_INPUT;
    GPIO_PIN_CNF(pins->rxd) = GPIO_PIN_CNF_PULLUP;
    uart->pseltxd = pins->txd;
    uart->pselrxd = pins->rxd;
    uart->baudrate = UART0_BAUDRATE_115200;
    uart->enable = UART0_ENABLE_ON;  // CONFIG is 0 from the reset: no parity, no flow control
    tasks->starttx = 1;
    tasks->startrx = 1;
}

void nrf51_uart_off(void) {
    volatile struct nrf51_uart_tasks *tasks = (volatile struct nrf51_uart_tasks *)UART0_TASKS_ADDR;

    TN_OPAQUE(tasks);
    tasks->stoprx = 1;
    tasks->stoptx = 1;
    UART0_ENABLE = 0;  // and the pins are the GPIO's again, whatever PSEL says (section 29.2)
}

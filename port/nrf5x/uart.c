// SPDX-License-Identifier: Apache-2.0
// UART0 on and off (reference manual, chapter 29).
#include "base/compiler.h"
#include "chip.h"
#include "nrf5x.h"

void nrf51_uart_on(const struct nrf51_uart_pins *pins) {
    uintptr_t setup = UART0_BASE + UART0_ENABLE;
    uintptr_t tasks = UART0_BASE;

    TN_OPAQUE(setup);  // else the compiler keeps an address for each register
    TN_OPAQUE(tasks);
    // The rate is as exact as this clock: the RC oscillator's few percent are too many. Whoever
    // needs the crystal at once may wait for CLOCK_HFCLKSTARTED; a millisecond or so does not
    // matter to us.
    CLOCK_HFCLKSTART = 1;
    NRF5X_REG(setup + UART0_PSELTXD - UART0_ENABLE) = pins->txd;
    NRF5X_REG(setup + UART0_PSELRXD - UART0_ENABLE) = pins->rxd;
    NRF5X_REG(setup + UART0_BAUDRATE - UART0_ENABLE) = UART0_BAUDRATE_115200;
    NRF5X_REG(setup) = UART0_ENABLE_ON;  // CONFIG is 0 from the reset: no parity, no flow control
    // An idle line is high: before the pin drives (the UART has it now), and while nothing is
    // plugged in.
    GPIO_PIN_CNF(pins->txd) = GPIO_PIN_CNF_OUTPUT | GPIO_PIN_CNF_NO_INPUT;
    GPIO_PIN_CNF(pins->rxd) = GPIO_PIN_CNF_PULLUP;
    NRF5X_REG(tasks + UART0_STARTTX) = 1;
    NRF5X_REG(tasks + UART0_STARTRX) = 1;
}

// All as after a reset: no pins, and the crystal stands still.
void nrf51_uart_off(void) {
    uintptr_t setup = UART0_BASE + UART0_ENABLE;
    uintptr_t tasks = UART0_BASE;

    TN_OPAQUE(setup);
    TN_OPAQUE(tasks);
    NRF5X_REG(tasks + UART0_STOPRX) = 1;
    NRF5X_REG(tasks + UART0_STOPTX) = 1;
    NRF5X_REG(setup) = 0;
    NRF5X_REG(setup + UART0_PSELTXD - UART0_ENABLE) = UINT32_MAX;
    NRF5X_REG(setup + UART0_PSELRXD - UART0_ENABLE) = UINT32_MAX;
    CLOCK_HFCLKSTOP = 1;
    CLOCK_HFCLKSTARTED = 0;
}

// SPDX-License-Identifier: Apache-2.0
// UARTE0 of the nRF5340 on and off ("nRF5340 Product Specification", UARTE), a byte at a time: a
// longer transfer would not say how many bytes have come so far.
#include "chip.h"
#include "nrf5x.h"

enum {
    PATIENCE = 10000,  // rounds of 4 cycles or more: over the six bytes' 33,000 that a stop takes
};

volatile uint8_t nrf53_uarte_rx, nrf53_uarte_tx;

void nrf51_uart_on(const struct nrf51_uart_pins *pins) {
    CLOCK_HFCLKSTART = 1;  // the rate is as exact as this clock
    UARTE0_PSEL_TXD = pins->txd;
    UARTE0_PSEL_RXD = pins->rxd;
    UARTE0_BAUDRATE = UARTE0_BAUDRATE_115200;
    UARTE0_RXD_PTR = (uint32_t)(uintptr_t)&nrf53_uarte_rx;
    UARTE0_RXD_MAXCNT = 1;
    UARTE0_TXD_PTR = (uint32_t)(uintptr_t)&nrf53_uarte_tx;
    UARTE0_TXD_MAXCNT = 1;
    UARTE0_ENABLE = UARTE0_ENABLE_ON;  // CONFIG is 0 from the reset: no parity, no flow control
    // An idle line is high: before the pin drives (the UARTE has it now), and while nothing is
    // plugged in.
    GPIO_PIN_CNF(pins->txd) = GPIO_PIN_CNF_OUTPUT | GPIO_PIN_CNF_NO_INPUT;
    GPIO_PIN_CNF(pins->rxd) = GPIO_PIN_CNF_PULLUP;
    UARTE0_STARTRX = 1;
}

// Nothing is written to RAM after this: other memory may lie there in the next program.
void nrf51_uart_off(void) {
    UARTE0_RXTO = 0;
    UARTE0_STOPTX = 1;
    UARTE0_STOPRX = 1;
    for (int i = 0; !UARTE0_RXTO && i < PATIENCE; i++) {
    }
    UARTE0_ENABLE = 0;
    for (uint32_t event = UARTE0_EVENTS; event < UARTE0_EVENTS_END; event += 4) {
        NRF5X_REG(event) = 0;
    }
    UARTE0_PSEL_TXD = UARTE0_PSEL_NONE;
    UARTE0_PSEL_RXD = UARTE0_PSEL_NONE;
    UARTE0_BAUDRATE = UARTE0_BAUDRATE_RESET;
    UARTE0_RXD_PTR = 0;
    UARTE0_RXD_MAXCNT = 0;
    UARTE0_TXD_PTR = 0;
    UARTE0_TXD_MAXCNT = 0;
    CLOCK_HFCLKSTOP = 1;
    CLOCK_HFCLKSTARTED = 0;
}

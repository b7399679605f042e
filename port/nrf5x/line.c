// SPDX-License-Identifier: Apache-2.0
// The line and the button of a board, by the pins of its pins.h; and the sample application's work.
#include "base/compiler.h"
#include "board_parts.h"
#include "chip.h"
#include "cortexm/cortexm.h"
#include "nrf5x.h"
#include "pins.h"

static const struct nrf51_uart_pins uart = {.txd = PIN_TXD, .rxd = PIN_RXD};

static const unsigned button = PIN_BUTTON;

static void button_begin(void) {
    if (button != PIN_NONE) {
        nrf51_pin_pullup(button);
    }
}

bool tn_board_button(void) {
    return button != PIN_NONE && nrf51_pin_is_low(button);
}

const struct tn_stream tn_board_loader_line = {
        nrf51_uart_polled_read, nrf51_uart_polled_write, NULL};

void tn_board_loader_begin(void) {
    nrf51_uart_on(&uart);
    button_begin();
}

// As after a reset.
static void pins_end(void) {
    volatile uint32_t *cnf = &GPIO_PIN_CNF(0);

    TN_OPAQUE(cnf);  // else the compiler keeps an address for each register
    cnf[PIN_TXD] = GPIO_PIN_CNF_RESET;
    cnf[PIN_RXD] = GPIO_PIN_CNF_RESET;
    if (button != PIN_NONE) {
        cnf[button] = GPIO_PIN_CNF_RESET;
    }
}

void tn_board_loader_end(void) {
    nrf51_uart_polled_flush();
    pins_end();
    nrf51_uart_off();
}

const struct tn_stream tn_board_app_line = {nrf51_uart_irq_read, nrf51_uart_irq_write, NULL};

void tn_board_app_begin(void) {
    chip_clock_begin();
    nrf51_uart_irq_begin(&uart);
    nrf51_tick_begin();
    button_begin();
}

void tn_board_app_reset(void) {
    nrf51_uart_irq_flush();
    cm_reset();
}

uint32_t tn_board_work(void) {
    return nrf51_ticks();
}

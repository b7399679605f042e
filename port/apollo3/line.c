// SPDX-License-Identifier: Apache-2.0
// The line and the button of a board, by its pins.h; and the sample application's work.
#include "apollo3.h"
#include "board_parts.h"
#include "cortexm/cortexm.h"
#include "pins.h"

static const struct apollo3_uart_pins uart = {
        .tx = PIN_TXD, .rx = PIN_RXD, .tx_fn = PIN_TXD_FN, .rx_fn = PIN_RXD_FN};

static const unsigned button = PIN_BUTTON;

static void button_begin(void) {
    if (button != PIN_NONE) {
        apollo3_pad_pullup(button);
    }
}

bool tn_board_button(void) {
    return button != PIN_NONE && apollo3_pad_is_low(button);
}

const struct tn_stream tn_board_loader_line = {
        apollo3_uart_polled_read, apollo3_uart_polled_write, NULL};

void tn_board_loader_begin(void) {
    apollo3_uart_on(&uart);
    button_begin();
}

void tn_board_loader_end(void) {
    apollo3_uart_off(&uart);
    if (button != PIN_NONE) {
        apollo3_pad_off(button);
    }
}

const struct tn_stream tn_board_app_line = {apollo3_uart_irq_read, apollo3_uart_irq_write, NULL};

void tn_board_app_begin(void) {
    chip_clock_begin();
    apollo3_uart_irq_begin(&uart);
    apollo3_tick_begin();
    button_begin();
}

void tn_board_app_reset(void) {
    apollo3_uart_irq_flush();
    cm_reset();
}

uint32_t tn_board_work(void) {
    return apollo3_ticks();
}

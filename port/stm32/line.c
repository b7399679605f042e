// SPDX-License-Identifier: Apache-2.0
// The line and the button of a board, by its pins.h; and the sample application's work.
#include "board_parts.h"
#include "chip.h"
#include "cortexm/cortexm.h"
#include "pins.h"
#include "stm32.h"

static const struct stm32_uart uart = {
        UART_BASE, UART_GATE, .tx = PIN_TXD, .rx = PIN_RXD, .af = UART_AF, .irq = UART_IRQ};

static const unsigned button = PIN_BUTTON;

static void button_begin(void) {
    if (button != PIN_NONE) {
        stm32_pin_input(button, BUTTON_HIGH ? STM32_PULL_DOWN : STM32_PULL_UP);
    }
}

bool tn_board_button(void) {
    return button != PIN_NONE && stm32_pin_is_high(button) == BUTTON_HIGH;
}

const struct tn_stream tn_board_loader_line = {
        stm32_uart_polled_read, stm32_uart_polled_write, (void *)&uart};

void tn_board_loader_begin(void) {
    stm32_uart_on(&uart);
    button_begin();
}

void tn_board_loader_end(void) {
    stm32_uart_off(&uart);
    if (button != PIN_NONE) {
        stm32_port_off(button);
    }
}

const struct tn_stream tn_board_app_line = {stm32_uart_irq_read, stm32_uart_irq_write, NULL};

void tn_board_app_begin(void) {
    chip_clock_begin();
    stm32_uart_irq_begin(&uart);
    stm32_tick_begin();
    button_begin();
}

void tn_board_app_reset(void) {
    stm32_uart_irq_flush();
    cm_reset();
}

uint32_t tn_board_work(void) {
    return stm32_ticks();
}

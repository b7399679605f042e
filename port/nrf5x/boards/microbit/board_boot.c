// SPDX-License-Identifier: Apache-2.0
// The micro:bit for a loader: no interrupts, and what it has started it stops before the jump.
#include "../../../cortexm/cortexm.h"
#include "microbit.h"
#include "pins.h"

void board_begin(void) {
    nrf51_clock_begin();
    nrf51_uart_polled_begin(&microbit_uart);
    nrf51_pin_pullup(PIN_BUTTON_A);
}

static bool button(void) {
    return nrf51_pin_is_low(PIN_BUTTON_A);
}

static void reset(void) {
    nrf51_uart_polled_end();
    cm_reset();
}

static void run(uint32_t addr) {
    nrf51_uart_polled_end();
    nrf51_clock_end();
    cm_run(addr);
}

const struct tn_board tn_board = {
        .name = MICROBIT_NAME,
        .processor = MICROBIT_PROCESSOR,
        .slots = &microbit_slots,
        .serial = &nrf51_uart_polled,
        .request = &microbit_request,
        .handover = &microbit_handover,
        .now_ms = nrf51_now_ms,
        .cause = nrf51_cause,
        .button = button,
        .reset = reset,
        .run = run,
};

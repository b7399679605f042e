// SPDX-License-Identifier: Apache-2.0
// The micro:bit for an application (start_app.c).
#include "../../../cortexm/cortexm.h"
#include "microbit.h"
#include "pins.h"

// The loader has read the register, and cleared it.
static enum tn_reset_cause cause(void) {
    return TN_RESET_UNKNOWN;
}

static bool button(void) {
    return nrf51_pin_is_low(PIN_BUTTON_A);
}

static void reset(void) {
    nrf51_uart_irq_flush();
    cm_reset();
}

const struct tn_board tn_board = {
        .name = MICROBIT_NAME,
        .processor = MICROBIT_PROCESSOR,
        .slots = &microbit_slots,
        .serial = &nrf51_uart_irq,
        .request = &microbit_request,
        .handover = &microbit_handover,
        .guard = &microbit_guard,
        .now_ms = nrf51_now_ms,
        .cause = cause,
        .button = button,
        .reset = reset,
        .idle = cm_wait,
};

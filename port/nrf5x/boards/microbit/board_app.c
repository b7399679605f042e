// SPDX-License-Identifier: Apache-2.0
// The micro:bit for an application: a UART and a tick by interrupt.
#include "../../../cortexm/cortexm.h"
#include "../../nrf51.h"
#include "microbit.h"
#include "pins.h"

extern cm_vector ld_stack_top;  // no function, but the type of the table

__attribute__((section(".vectors"), used)) static cm_vector *const vectors[] = {
        ld_stack_top,
        cm_start,
        [CM_NMI] = cm_unexpected,
        [CM_HARDFAULT] = cm_unexpected,
        [CM_SVC] = cm_unexpected,
        [CM_PENDSV] = cm_unexpected,
        [CM_SYSTICK] = cm_unexpected,
        // An interrupt that nobody enables does not come.
        [CM_IRQ0 + NRF51_IRQ_UART0] = nrf51_uart_isr,
        [CM_IRQ0 + NRF51_IRQ_TIMER1] = nrf51_tick_isr,
        [CM_VECTORS - 1] = cm_unexpected,
};

void board_begin(void) {
    nrf51_clock_begin();
    nrf51_uart_irq_begin(&microbit_uart);
    nrf51_tick_begin();
    nrf51_pin_pullup(PIN_BUTTON_A);
}

// The sample application's (prog/app/main.c): a millisecond each.
uint32_t tn_board_work(void) {
    return nrf51_ticks();
}

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
        .now_ms = nrf51_now_ms,
        .cause = cause,
        .button = button,
        .reset = reset,
        .idle = cm_wait,
};

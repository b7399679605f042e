// SPDX-License-Identifier: Apache-2.0
// How an application starts on the micro:bit: its vector table, a UART and a tick by interrupt.
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

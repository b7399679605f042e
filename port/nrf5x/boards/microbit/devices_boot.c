// SPDX-License-Identifier: Apache-2.0
// What a loader on the micro:bit does with its devices: no interrupts, and what it has started it
// stops before the jump.
#include "../../../cortexm/cortexm.h"
#include "microbit.h"
#include "pins.h"

void microbit_boot_begin(void) {
    nrf51_uart_polled_begin(&microbit_uart);
    nrf51_pin_pullup(PIN_BUTTON_A);
}

bool microbit_boot_button(void) {
    return nrf51_pin_is_low(PIN_BUTTON_A);
}

void microbit_boot_reset(void) {
    nrf51_uart_polled_end();
    cm_reset();
}

void microbit_boot_run(uint32_t addr) {
    nrf51_uart_polled_end();
    cm_run(addr);
}

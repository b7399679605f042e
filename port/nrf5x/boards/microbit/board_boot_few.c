// SPDX-License-Identifier: Apache-2.0
// The micro:bit for a small loader with recovery: no requests, no word to the application, and
// nobody asks for its name. No clock either: nothing here waits for a time.
#include "microbit.h"

void board_begin(void) {
    nrf51_crystal_on();
    microbit_boot_begin();
}

const struct tn_board tn_board = {
        .slots = &microbit_slots,
        .serial = &nrf51_uart_polled,
        .button = microbit_boot_button,
        .reset = microbit_boot_reset,
        .run = microbit_boot_run,
};

const struct tn_strategy *const tn_board_strategy = &tn_swap_offset;

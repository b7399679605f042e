// SPDX-License-Identifier: Apache-2.0
// The micro:bit for a small loader with recovery: no requests, no word to the application, and
// nobody asks for its name.
#include "microbit.h"

const struct tn_board tn_board = {
        .slots = &microbit_slots,
        .serial = &nrf51_uart_polled,
        .now_ms = nrf51_now_ms,
        .button = microbit_boot_button,
        .reset = microbit_boot_reset,
        .run = microbit_boot_run,
};

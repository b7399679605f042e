// SPDX-License-Identifier: Apache-2.0
// The micro:bit for a loader.
#include "microbit.h"

void board_begin(void) {
    nrf51_clock_begin();
    microbit_boot_begin();
}

static void run(uint32_t addr) {
    nrf51_clock_end();
    microbit_boot_run(addr);
}

const struct tn_board tn_board = {
        .name = MICROBIT_NAME,
        .processor = MICROBIT_PROCESSOR,
        .slots = &microbit_slots,
        .serial = &nrf51_uart_polled,
        .request = &microbit_request,
        .handover = &microbit_handover,
        .guard = &microbit_guard,
        .now_ms = nrf51_now_ms,
        .cause = nrf51_cause,
        .button = microbit_boot_button,
        .reset = microbit_boot_reset,
        .run = run,
};

const struct tn_strategy *const tn_board_strategy = &tn_swap_offset;

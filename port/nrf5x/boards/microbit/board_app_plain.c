// SPDX-License-Identifier: Apache-2.0
// The micro:bit for an application that knows of no update: a UART, a clock and the work.
#include "../../../cortexm/cortexm.h"
#include "microbit.h"

const struct tn_board tn_board = {
        .name = MICROBIT_NAME,
        .processor = MICROBIT_PROCESSOR,
        .serial = &nrf51_uart_irq,
        .now_ms = nrf51_now_ms,
        .reset = cm_reset,
        .idle = cm_wait,
};

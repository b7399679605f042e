// SPDX-License-Identifier: Apache-2.0
// app-m0: a bare application. Its board's interrupts and UART, and a line about its work every
// second. What smp-m0 has more is the price of the server.
#include <string.h>

#include "base/decimal.h"
#include "board.h"

enum { REPORT_MS = 1000 };

extern uint32_t tn_board_work(void);

static void report(void) {
    char text[TN_DECIMAL_MAX + 8] = "work ";
    size_t n = strlen(text);

    n += tn_decimal_put(text + n, tn_board_work());
    memcpy(text + n, "\r\n", 2);
    tn_board.serial->write(tn_board.serial->ctx, text, n + 2);
}

int main(void) {
    uint32_t reported = tn_board.now_ms();

    for (;;) {
        if (tn_board.now_ms() - reported >= REPORT_MS) {
            reported = tn_board.now_ms();
            report();
        }
        tn_board.idle();
    }
}

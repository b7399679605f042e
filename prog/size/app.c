// SPDX-License-Identifier: Apache-2.0
// app-m0: an application without a server. It has the board's interrupts and UART, and reports its
// work every second. The difference to smp-m0 is the size of the server.
#include "base/text.h"
#include "board.h"

enum { REPORT_MS = 1000 };

extern uint32_t tn_board_work(void);

static void report(void) {
    char buf[TN_TEXT_UINT + 8];
    struct tn_text text = {buf, sizeof(buf), 0};

    tn_text_str(&text, "work ");
    tn_text_uint(&text, tn_board_work());
    tn_text_str(&text, "\r\n");
    tn_board.serial->write(tn_board.serial->ctx, text.buf, text.len);
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

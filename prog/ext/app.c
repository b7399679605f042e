// SPDX-License-Identifier: Apache-2.0
// The sample application with the spare slot in an external flash.
#include "app/app.h"
#include "ext.h"

int main(void) {
    static struct tn_slots slots;
    static struct tn_board board;

    board = tn_ext_board(&slots);
    tn_app_serial(&board, NULL);
    return 0;
}

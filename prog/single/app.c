// SPDX-License-Identifier: Apache-2.0
// The sample application of a board with one slot. It can say what runs, and reset into recovery,
// which takes updates.
#include "app/app.h"
#include "single.h"
#include "update/sealed.h"

int main(void) {
    static struct tn_slots slots;
    static struct tn_board board;

    board = tn_single_board(&slots);
    tn_app_serial(&board, tn_update_sealed);
    return 0;
}

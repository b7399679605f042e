// SPDX-License-Identifier: Apache-2.0
// The smallest loader with recovery: by the button, or where nothing can be run. No requests, no
// word to the application. Which libraries check signatures is another file's (small_*.c).
#include "loader.h"

int main(void) {
    struct tn_boot b = {.slots = tn_board.slots, .trust = &tn_small_trust};
    struct tn_boot_plan plan;

    b.view.recovery = tn_board.button && tn_board.button();
    tn_loader_settle(&b, &plan);
    tn_loader_start(&tn_board, &b, &plan);
    tn_recover(&tn_board, &tn_small_trust);
}

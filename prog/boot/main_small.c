// SPDX-License-Identifier: Apache-2.0
// The smallest loader with recovery: by the button, or if there is no image to run. No requests, no
// hand-over. Another file chooses the libraries that check signatures (small_*.c).
#include "loader.h"
#include "service/service.h"

int main(void) {
    struct tn_boot b = {
            .slots = tn_board.slots, .strategy = tn_board_strategy, .trust = &tn_small_trust};

    b.view.recovery = tn_board.button && tn_board.button();
    tn_boot_settle(&b, NULL, NULL);
    tn_loader_start(&b, tn_board.run);
    tn_service_run(tn_service_recovery(&tn_board, &tn_small_trust));
}

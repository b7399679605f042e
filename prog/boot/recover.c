// SPDX-License-Identifier: Apache-2.0
// Serial recovery: the service of the application, with both slots in reach.
#include "loader.h"
#include "service.h"

void tn_recover(const struct tn_board *board, const struct tn_trust *trust) {
    tn_service_begin(board, trust, TN_SLOTS_ANY);
    for (;;) {
        tn_service_poll(board);
        if (board->guard) {
            board->guard->alive();
        }
    }
}

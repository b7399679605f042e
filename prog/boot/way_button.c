// SPDX-License-Identifier: Apache-2.0
#include "ways.h"

void tn_way_button(const struct tn_board *board, struct tn_entry *e) {
    if (board->button && board->button()) {
        e->mode = TN_RUN_RECOVERY;
        e->stays = true;
    }
}

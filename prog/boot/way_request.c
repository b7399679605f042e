// SPDX-License-Identifier: Apache-2.0
#include "ways.h"

void tn_way_request(const struct tn_board *board, struct tn_entry *e) {
    enum tn_run_mode asked = tn_request_take(board->request, e->cause, &e->arg);

    // The chip's ROM is entered before main, if at all.
    if (!e->mode && asked != TN_RUN_ROM) {
        e->mode = asked;
    }
}

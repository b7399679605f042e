// SPDX-License-Identifier: Apache-2.0
#include "ways.h"

void tn_way_chip(const struct tn_board *board, struct tn_entry *e) {
    enum tn_run_mode asked = board->asked ? board->asked(e->cause) : TN_RUN_NORMAL;

    if (!e->mode) {
        e->mode = asked;
    }
}

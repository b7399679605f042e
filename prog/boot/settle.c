// SPDX-License-Identifier: Apache-2.0
// The part that every loader has.
#include "loader.h"

#include "base/err.h"

bool tn_loader_settle(struct tn_boot *b, struct tn_boot_plan *ret_done) {
    struct tn_boot_view view;
    struct tn_boot_plan plan;

    for (;;) {
        tn_boot_look(b, &view);
        b->slots->strategy->decide(&view, &plan);
        if (plan.action == TN_PLAN_RUN || plan.action == TN_PLAN_RECOVER) {
            return plan.action == TN_PLAN_RUN;
        }
        while (tn_boot_step(b, &plan) == TN_MORE) {
        }
        if (ret_done && plan.action != TN_PLAN_VERIFY) {
            *ret_done = plan;
        }
    }
}

void tn_loader_start(const struct tn_board *board) {
    struct tn_image_src src;
    struct tn_image_hdr hdr;

    tn_slots_source(board->slots, TN_RUNNING, &src);
    if (!tn_image_open(&src, &hdr)) {
        board->run(board->slots->addr + hdr.hdr_size);
    }
}

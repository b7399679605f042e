// SPDX-License-Identifier: Apache-2.0
// The part that every loader has.
#include "loader.h"

#include "base/err.h"

void tn_loader_settle(struct tn_boot *b, struct tn_boot_plan *ret) {
    for (;;) {
        tn_boot_look(b);
        b->slots->strategy->decide(&b->view, ret);
        if (ret->action >= TN_PLAN_RUN) {
            return;
        }
        while (tn_boot_step(b, ret) == TN_MORE) {
        }
    }
}

// What decides is asked twice, so that one skipped instruction does not start an image.
void tn_loader_start(
        const struct tn_board *board, const struct tn_boot *b, const struct tn_boot_plan *plan) {
    const volatile uint32_t *verdict = &b->view.verdict[plan->place];
    struct tn_image_src src;
    struct tn_image_hdr hdr;

    if (plan->action != TN_PLAN_RUN || *verdict != TN_GENUINE) {
        return;
    }
    tn_slots_source(board->slots, plan->place, &src);
    if (!tn_image_open(&src, &hdr) && *verdict == TN_GENUINE) {
        board->run(src.addr + hdr.hdr_size);
    }
}

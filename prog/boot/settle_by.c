// SPDX-License-Identifier: Apache-2.0
// Settling under the rules of a policy.
#include "base/err.h"
#include "loader.h"

// One plan, to its end.
static void carry_out(struct tn_policy *p, const struct tn_board *board, struct tn_boot *b,
        const struct tn_boot_plan *plan) {
    int rc;

    tn_policy_plan(p, b, plan);
    do {
        if (board->guard) {
            board->guard->alive();
        }
        rc = tn_boot_step(b, plan);
    } while (rc == TN_MORE);
    tn_policy_done(p, b, plan, rc);
}

void tn_loader_settle_by(struct tn_policy *p, const struct tn_board *board, struct tn_boot *b,
        struct tn_boot_plan *ret, struct tn_boot_plan *ret_done) {
    tn_policy_begin(p);
    for (;;) {
        tn_boot_look(b);
        tn_policy_look(p, b);
        b->slots->strategy->decide(&b->view, ret);
        if (ret->action < TN_PLAN_RUN) {
            carry_out(p, board, b, ret);
            if (ret->action == TN_PLAN_SWAP || ret->action == TN_PLAN_DISCARD) {
                *ret_done = *ret;
            }
        } else if (ret->action != TN_PLAN_RUN || tn_policy_start(p, b, ret) != TN_MORE) {
            return;
        }
    }
}

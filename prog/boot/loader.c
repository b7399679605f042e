// SPDX-License-Identifier: Apache-2.0
// The loader with requests, button and hand-over.
#include "loader_run_priv.h"

static void settle(struct tn_loader *l) {
    tn_policy_settle(l->policy, &l->boot);
}

void tn_loader_run(struct tn_loader *l) {
    run_by(l, settle);
}

void tn_loader_leave(struct tn_loader *l) {
    struct tn_boot *b = &l->boot;

    if (l->entry.mode != TN_RUN_RECOVERY || l->entry.stays) {
        return;
    }
    *b = (struct tn_boot){.slots = b->slots,
            .strategy = l->strategy,
            .trust = l->trust,
            .crypt = l->crypt,
            .plan = {.action = TN_PLAN_VERIFY, .place = TN_RUNNING}};
    while (tn_boot_step(b) == TN_MORE) {
        if (l->board->guard) {
            l->board->guard->alive();
        }
    }
    if (b->view.verdict[TN_RUNNING] == TN_GENUINE) {
        tn_request_put(l->board->request, TN_RUN_NORMAL, TN_WHY_QUIET);
        l->board->reset();
    }
    l->entry.stays = true;  // one look is enough
}

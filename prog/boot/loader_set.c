// SPDX-License-Identifier: Apache-2.0
// The loader of a device with several images.
#include "boot/set.h"
#include "loader_run_priv.h"

// Makes lists of the images' boots and policies, behind the board's own.
static void join(struct tn_loader *l) {
    struct tn_boot *b = &l->boot;
    struct tn_policy *p = l->policy;

    for (size_t i = 0; i < l->nmore; i++) {
        struct tn_loader_image *m = &l->more[i];
        m->boot = (struct tn_boot){.slots = m->slots,
                .strategy = m->strategy,
                .trust = l->trust,
                .crypt = m->slots->encrypted ? m->crypt : NULL};
        m->policy = (struct tn_policy){.rules = l->policy->rules,
                .nrules = l->policy->nrules,
                .area = m->outcome,
                .keyring = l->policy->keyring,
                .attempts = l->policy->attempts};
        b->next = &m->boot;
        p->next = &m->policy;
        b = b->next;
        p = p->next;
    }
}

// Nothing starts unless each image is one that may run.
static void settle(struct tn_loader *l) {
    join(l);
    tn_set_policy_settle(l->policy, &l->boot);
    for (const struct tn_boot *b = l->boot.next; b; b = b->next) {
        const volatile uint32_t *verdict = &b->view.verdict[b->plan.place];
        if (b->plan.action != TN_PLAN_RUN || *verdict != TN_GENUINE) {
            l->boot.plan.action = TN_PLAN_RECOVER;
        }
    }
}

void tn_loader_run_set(struct tn_loader *l) {
    run_by(l, settle);
}

// SPDX-License-Identifier: Apache-2.0
#include "boot/policy.h"

#include <string.h>

#include "base/err.h"

// Asks the rules in their order, until an answer is not 0.
static int ask(struct tn_policy *p, enum tn_moment moment, struct tn_boot *b) {
    for (size_t i = 0; i < p->nrules; i++) {
        tn_rule_fn *fn = p->rules[i]->at[moment];
        int rc = fn ? fn(p, b) : 0;
        if (rc) {
            return rc;
        }
    }
    return 0;
}

int tn_policy_at(void *ctx, enum tn_moment moment, struct tn_boot *b) {
    struct tn_policy *p = ctx;

    if (moment == TN_AT_END && b->plan.action != TN_PLAN_VERIFY) {
        p->done = b->plan;
    }
    int rc = moment == TN_AT_STEP ? 0 : ask(p, moment, b);
    if (moment != TN_AT_STEP && moment != TN_AT_BEGIN) {
        return rc;
    }
    return p->each ? p->each(p->ctx) : 0;
}

void tn_policy_open(struct tn_policy *p, const struct tn_boot *b) {
    tn_log_open(&p->log, p->area, b->slots->image);
    memset(&p->done, 0, sizeof(p->done));
    p->spent = false;
    p->older = false;
}

int tn_policy_settle(struct tn_policy *p, struct tn_boot *b) {
    tn_policy_open(p, b);
    return tn_boot_settle(b, tn_policy_at, p);
}

uint8_t tn_policy_bits(const struct tn_policy *p) {
    uint8_t bits = 0;

    for (size_t i = 0; i < p->nrules; i++) {
        bits |= p->rules[i]->bit;
    }
    return bits;
}

bool tn_policy_on_test(const struct tn_trailer *t) {
    return t->magic == TN_MAGIC_GOOD && t->image_ok == TN_FLAG_UNSET;
}

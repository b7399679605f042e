// SPDX-License-Identifier: Apache-2.0
#include "base/err.h"
#include "boot/policy.h"

static int version_of(const struct tn_boot *b, enum tn_place place, struct tn_version *ret) {
    struct tn_image_src src;
    struct tn_image_hdr hdr;

    tn_slots_source(b->slots, place, &src);
    int err = tn_image_open(&src, &hdr);
    if (!err) {
        *ret = hdr.version;
    }
    return err;
}

// The newer image turned out bad: the older candidate is welcome, and is verified again.
static int look(struct tn_policy *p, struct tn_boot *b) {
    if (p->older && b->view.verdict[TN_RUNNING] == TN_BAD) {
        p->older = false;
        b->view.verdict[TN_CANDIDATE] = TN_UNKNOWN;
    }
    return 0;
}

static int end(struct tn_policy *p, struct tn_boot *b) {
    struct tn_version new = {0};
    struct tn_version old = {0};

    if (b->rc || b->plan.action != TN_PLAN_VERIFY || b->plan.place != TN_CANDIDATE ||
            b->view.verdict[TN_CANDIDATE] != TN_GENUINE || b->view.verdict[TN_RUNNING] == TN_BAD) {
        return 0;
    }
    if (!version_of(b, TN_CANDIDATE, &new) && !version_of(b, TN_RUNNING, &old) &&
            tn_version_compare(&new, &old) < 0) {
        p->older = true;
        b->view.verdict[TN_CANDIDATE] = TN_BAD;
        b->reason[TN_CANDIDATE] = TN_EDOWNGRADE;
    }
    return 0;
}

const struct tn_rule tn_no_downgrade = {
        .bit = TN_RULE_NO_DOWNGRADE,
        .at = {[TN_AT_LOOK] = look, [TN_AT_END] = end},
};

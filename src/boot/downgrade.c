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

// There is nothing to protect any more where the newer image is bad: ask again.
static void look(struct tn_policy *p, struct tn_boot *b) {
    if (p->older && b->view.verdict[TN_RUNNING] == TN_BAD) {
        p->older = false;
        b->view.verdict[TN_CANDIDATE] = TN_UNKNOWN;
    }
}

static void done(struct tn_policy *p, struct tn_boot *b, const struct tn_boot_plan *plan, int rc) {
    struct tn_version new = {0};
    struct tn_version old = {0};

    if (rc || plan->action != TN_PLAN_VERIFY || plan->place != TN_CANDIDATE ||
            b->view.verdict[TN_CANDIDATE] != TN_GENUINE || b->view.verdict[TN_RUNNING] == TN_BAD) {
        return;
    }
    if (!version_of(b, TN_CANDIDATE, &new) && !version_of(b, TN_RUNNING, &old) &&
            tn_version_compare(&new, &old) < 0) {
        p->older = true;
        b->view.verdict[TN_CANDIDATE] = TN_BAD;
        b->reason[TN_CANDIDATE] = TN_EDOWNGRADE;
    }
}

const struct tn_rule tn_no_downgrade = {.look = look, .done = done};

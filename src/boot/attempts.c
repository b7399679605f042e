// SPDX-License-Identifier: Apache-2.0
// Starts an image on test again: for this boot, decide sees it as confirmed.
#include "base/err.h"
#include "boot/policy.h"

// True if the image is on test after a complete swap, so that the next plan would be a revert.
static bool on_trial(const struct tn_boot *b, const struct tn_trailer *t) {
    return b->slots->layout->reverts && tn_policy_on_test(t) && t->copy_done != TN_FLAG_UNSET;
}

// True if the log has an open attempt of this image; ret: the record of its next start.
static bool is_counted(const struct tn_policy *p, const struct tn_boot *b, struct tn_record *ret) {
    const struct tn_record *last = &p->log.last;

    if (tn_record_identify(b->slots, TN_RUNNING, ret) || !tn_record_is_of(ret, last)) {
        return false;
    }
    ret->code = TN_STEP_TRIED;
    ret->attempts = (uint8_t)(last->attempts + 1);
    return last->code == TN_STEP_BEGUN || last->code == TN_STEP_TRIED ||
            last->code == TN_OUTCOME_INSTALLED;
}

static int look(struct tn_policy *p, struct tn_boot *b) {
    struct tn_record next;

    if (on_trial(b, &b->view.pri) && !p->spent && p->attempts > 1 && is_counted(p, b, &next) &&
            next.attempts <= p->attempts) {
        b->view.pri.image_ok = TN_FLAG_SET;
    }
    return 0;
}

static int start(struct tn_policy *p, struct tn_boot *b) {
    struct tn_record next;
    struct tn_trailer t;

    tn_trailer_read(b->slots, TN_PRIMARY, &t);
    // The boot that swapped it in is its first attempt, which the outcome's record counts.
    if (b->plan.place != TN_RUNNING || !on_trial(b, &t) || b->view.swapped || p->attempts < 2) {
        return 0;
    }
    if (p->spent) {
        return 0;  // there is no image to revert to: decide would have done so
    }
    if (is_counted(p, b, &next) && !tn_log_add(&p->log, &next)) {
        return 0;
    }
    p->spent = true;
    return TN_MORE;
}

const struct tn_rule tn_count_attempts = {
        .bit = TN_RULE_ATTEMPTS,
        .at = {[TN_AT_LOOK] = look, [TN_AT_START] = start},
};

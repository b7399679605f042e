// SPDX-License-Identifier: Apache-2.0
// An image on test is started again, by what decide is told: that it is confirmed, in this boot.
#include "base/err.h"
#include "boot/policy.h"

// On test by a swap that is done: the one way to it is a revert.
static bool on_trial(const struct tn_boot *b, const struct tn_trailer *t) {
    return b->slots->layout->reverts && tn_policy_on_test(t) && t->copy_done != TN_FLAG_UNSET;
}

// True if the log knows this image as begun and not ended; ret: its record once it is started.
static bool is_counted(const struct tn_policy *p, const struct tn_boot *b, struct tn_record *ret) {
    const struct tn_record *last = &p->log.last;

    if (tn_policy_identify(b, TN_RUNNING, ret) || !tn_record_is_of(ret, last)) {
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
    // In the boot that brought it, this is its first attempt: the record of that counts it.
    if (b->plan.place != TN_RUNNING || !on_trial(b, &t) || b->view.swapped || p->attempts < 2) {
        return 0;
    }
    if (p->spent) {
        return 0;  // and there is no way back: decide would have taken it
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

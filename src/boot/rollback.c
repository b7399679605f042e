// SPDX-License-Identifier: Apache-2.0
#include "base/err.h"
#include "boot/policy.h"
#include "image/counter.h"

static int stored(const struct tn_policy *p, uint32_t *ret) {
    *ret = p->log.last.counter;
    return p->counter ? p->counter->read(p->counter, ret) : 0;
}

static int raise(struct tn_policy *p, const struct tn_record *r) {
    return p->counter ? p->counter->raise(p->counter, r->counter) : tn_log_add(&p->log, r);
}

static int counter_of(const struct tn_boot *b, enum tn_place place, uint32_t *ret) {
    struct tn_image_src src;

    tn_slots_source(b->slots, place, &src);
    return tn_image_counter(&src, ret);
}

static int end(struct tn_policy *p, struct tn_boot *b) {
    uint32_t least;
    uint32_t counter;

    if (b->rc || b->plan.action != TN_PLAN_VERIFY || b->view.verdict[b->plan.place] != TN_GENUINE) {
        return 0;
    }
    // From where it was verified: an image that is put together may lie in parts.
    if (stored(p, &least) || tn_image_counter(&b->verify.src, &counter) || counter < least) {
        b->view.verdict[b->plan.place] = TN_BAD;
        b->reason[b->plan.place] = TN_EROLLBACK;
    }
    return 0;
}

static int start(struct tn_policy *p, struct tn_boot *b) {
    struct tn_record r;
    struct tn_trailer t;
    uint32_t least;

    tn_trailer_read(b->slots, tn_place_slot(b->plan.place), &t);
    if (tn_policy_on_test(&t) || stored(p, &least) ||
            tn_record_identify(b->slots, b->plan.place, &r) ||
            counter_of(b, b->plan.place, &r.counter)) {
        return 0;
    }
    // What cannot be raised now is raised at the next boot: the image runs all the same.
    if (r.counter > least) {
        r.code = TN_STEP_COUNTER;
        raise(p, &r);
    }
    return 0;
}

const struct tn_rule tn_no_rollback = {
        .bit = TN_RULE_NO_ROLLBACK,
        .at = {[TN_AT_END] = end, [TN_AT_START] = start},
};

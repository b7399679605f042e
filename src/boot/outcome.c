// SPDX-License-Identifier: Apache-2.0
// What became of an update is told from the primary's trailer and the log's newest record when
// an image is about to run: so it is written down also if power was lost in between. That a swap
// begins is noted before it does, for after a revert its image is gone.
#include <string.h>

#include "base/err.h"
#include "boot/policy.h"

static uint8_t code_of(int reason) {
    if (reason <= TN_EDEPENDS) {
        return TN_OUTCOME_DEPENDENCY;
    }
    switch (reason) {
    case TN_ENOSIG:
    case TN_EKEY:
    case TN_ESIG:
    case TN_EREVOKED:
        return TN_OUTCOME_SIGNATURE;
    case TN_EHASH:
        return TN_OUTCOME_HASH;
    case TN_EDOWNGRADE:
    case TN_EROLLBACK:
        return TN_OUTCOME_VERSION;
    case TN_ESIZE:
        return TN_OUTCOME_SIZE;
    case TN_EADDR:
        return TN_OUTCOME_GEOMETRY;
    case TN_EIO:
        return TN_OUTCOME_READ_ERROR;
    case TN_EUNWRAP:
        return TN_OUTCOME_ENCRYPTED;
    default:
        return TN_OUTCOME_FORMAT;
    }
}

// An attempt that has no end yet.
static bool is_open(const struct tn_record *r) {
    return r->code == TN_OUTCOME_INSTALLED || r->code == TN_STEP_BEGUN || r->code == TN_STEP_TRIED;
}

// The log speaks of this image already, and its attempt began or cannot: nothing new begins.
static bool is_known(const struct tn_record *last, const struct tn_record *r) {
    return tn_record_is_of(last, r) &&
            (is_open(last) || last->code == TN_OUTCOME_CONFIRMED || last->code == TN_OUTCOME_SIZE ||
                    last->code == TN_STEP_COUNTER);
}

// A log that fails does not stop a boot.
static void reject(struct tn_policy *p, const struct tn_boot *b, int reason) {
    struct tn_record r;

    tn_record_identify(b->slots, TN_CANDIDATE, &r);  // what is no image has version 0 and id 0
    r.code = code_of(reason);
    r.reason = (int8_t)reason;
    tn_log_add(&p->log, &r);
}

static int begin(struct tn_policy *p, struct tn_boot *b) {
    struct tn_record r;

    if (b->plan.action == TN_PLAN_DISCARD) {
        reject(p, b, tn_boot_reason(b, TN_CANDIDATE));
    }
    if (b->plan.action == TN_PLAN_SWAP && b->plan.place == TN_CANDIDATE && !b->view.moved &&
            !tn_record_identify(b->slots, TN_CANDIDATE, &r) && !is_known(&p->log.last, &r)) {
        r.code = TN_STEP_BEGUN;
        tn_log_add(&p->log, &r);
    }
    return 0;
}

static int end(struct tn_policy *p, struct tn_boot *b) {
    struct tn_record r;

    // The image that runs now is too large to move, or another image has the wrong version. The
    // request stands, and is not written down at each boot. What fails in the middle goes on next
    // time.
    if (b->plan.action == TN_PLAN_SWAP && (b->rc == TN_ESIZE || b->rc <= TN_EDEPENDS) &&
            (tn_record_identify(b->slots, TN_CANDIDATE, &r) || p->log.last.code != code_of(b->rc) ||
                    !tn_record_is_of(&r, &p->log.last))) {
        reject(p, b, b->rc);
    }
    return 0;
}

// The code of the record that is due now that the image in now runs; last: the newest one.
static uint8_t due(const struct tn_boot *b, const struct tn_trailer *t, const struct tn_record *now,
        const struct tn_record *last) {
    bool same = tn_record_is_of(now, last);
    bool came = t->magic == TN_MAGIC_GOOD && t->copy_done != TN_FLAG_UNSET;

    if (came && t->type == TN_SWAP_REVERT && !same) {
        if (is_open(last)) {
            return TN_OUTCOME_REVERTED;
        }
        // Somebody asked for the previous image, though the newer one was confirmed.
        return last->code == TN_OUTCOME_CONFIRMED || last->code == TN_STEP_COUNTER
                ? TN_OUTCOME_INSTALLED
                : 0;
    }
    if (same && is_open(last)) {
        if (last->code != TN_STEP_BEGUN && !tn_policy_on_test(t)) {
            return TN_OUTCOME_CONFIRMED;
        }
        return last->code == TN_STEP_BEGUN ? TN_OUTCOME_INSTALLED : 0;
    }
    return !same && b->view.swapped ? TN_OUTCOME_INSTALLED : 0;
}

static int start(struct tn_policy *p, struct tn_boot *b) {
    const struct tn_record *last = &p->log.last;
    struct tn_record now;
    struct tn_trailer t;

    if (tn_record_identify(b->slots, b->plan.place, &now)) {
        return 0;
    }
    tn_trailer_read(b->slots, tn_place_slot(b->plan.place), &t);
    now.code = due(b, &t, &now, last);
    now.attempts = tn_record_is_of(&now, last) ? last->attempts : 0;
    if (now.code == TN_OUTCOME_INSTALLED) {
        now.attempts = 1;
    }
    if (now.code == TN_OUTCOME_REVERTED) {
        now = *last;
        now.code = TN_OUTCOME_REVERTED;
    }
    if (now.code) {
        tn_log_add(&p->log, &now);
    }
    return 0;
}

const struct tn_rule tn_keep_outcomes = {
        .bit = TN_RULE_OUTCOMES,
        .at = {[TN_AT_BEGIN] = begin, [TN_AT_END] = end, [TN_AT_START] = start},
};

// SPDX-License-Identifier: Apache-2.0
// MCUboot's tables (reference mcuboot.md section 2), and what they leave open: torn flags
// (rules TORN-* of SPEC.md) and slots without a genuine image.
#include "boot/boot.h"

static struct tn_boot_plan plan(enum tn_plan_action action, enum tn_place place,
        enum tn_swap_type type) {
    return (struct tn_boot_plan){.action = action, .place = place, .type = type};
}

// A swap was begun and not finished: the primary's trailer says so, and the spare slot's
// request is gone.
static bool is_under_way(const struct tn_boot_view *v) {
    return v->pri.magic == TN_MAGIC_GOOD && v->pri.copy_done == TN_FLAG_UNSET &&
            v->pri.type != TN_SWAP_NONE && v->sec.magic != TN_MAGIC_GOOD;
}

enum tn_swap_type tn_boot_next(const struct tn_trailer *pri, const struct tn_trailer *sec,
        bool marks_revert) {
    if (sec->magic == TN_MAGIC_GOOD) {
        if (marks_revert && sec->image_ok == TN_FLAG_UNSET && sec->copy_done == TN_FLAG_SET) {
            return TN_SWAP_REVERT;
        }
        // TORN-REQUEST: a torn image_ok was to make it permanent. A test is the safer half.
        return sec->image_ok == TN_FLAG_SET ? TN_SWAP_PERM : TN_SWAP_TEST;
    }
    // TORN-CONFIRM: a torn image_ok counts as set, for its writer was content.
    // TORN-DONE: a torn copy_done counts as set, for the copy was done.
    if (pri->magic == TN_MAGIC_GOOD && pri->image_ok == TN_FLAG_UNSET &&
            pri->copy_done != TN_FLAG_UNSET) {
        return TN_SWAP_REVERT;
    }
    return TN_SWAP_NONE;
}

// VERIFY while the place is unknown, SWAP if it is genuine; RECOVER if it is bad.
static struct tn_boot_plan bring(const struct tn_boot_view *v, enum tn_place place,
        enum tn_swap_type type) {
    if (v->verdict[place] == TN_UNKNOWN) {
        return plan(TN_PLAN_VERIFY, place, type);
    }
    return plan(v->verdict[place] == TN_GENUINE ? TN_PLAN_SWAP : TN_PLAN_RECOVER, place, type);
}

// What the trailers ask for; RECOVER stands for nothing.
static struct tn_boot_plan requested(const struct tn_boot_view *v) {
    enum tn_swap_type type = tn_boot_next(&v->pri, &v->sec, v->marks_revert);
    struct tn_boot_plan p = plan(TN_PLAN_RECOVER, TN_RUNNING, type);

    if (type == TN_SWAP_REVERT) {
        p = bring(v, TN_PREVIOUS, type);  // if there is nothing to go back to, stay
    } else if (type != TN_SWAP_NONE) {
        p = bring(v, TN_CANDIDATE, type);
        if (p.action == TN_PLAN_RECOVER) {
            p.action = TN_PLAN_DISCARD;
        }
    }
    return p;
}

// The primary slot holds nothing to run: the spare one may.
static struct tn_boot_plan fall_back(const struct tn_boot_view *v) {
    struct tn_boot_plan p = bring(v, TN_CANDIDATE, TN_SWAP_PERM);

    return p.action == TN_PLAN_RECOVER ? bring(v, TN_PREVIOUS, TN_SWAP_REVERT) : p;
}

struct tn_boot_plan tn_boot_decide(const struct tn_boot_view *v) {
    struct tn_boot_plan p;

    if (!v->failed && is_under_way(v)) {
        enum tn_swap_type type = (enum tn_swap_type)v->pri.type;
        p = plan(TN_PLAN_SWAP, type == TN_SWAP_REVERT ? TN_PREVIOUS : TN_CANDIDATE, type);
        p.resume = true;
        return p;
    }
    if (v->recovery) {
        return plan(TN_PLAN_RECOVER, TN_RUNNING, TN_SWAP_NONE);
    }
    if (!v->failed && !v->swapped) {
        p = requested(v);
        if (p.action != TN_PLAN_RECOVER) {
            return p;
        }
    }
    if (v->verdict[TN_RUNNING] == TN_UNKNOWN) {
        return plan(TN_PLAN_VERIFY, TN_RUNNING, TN_SWAP_NONE);
    }
    if (v->verdict[TN_RUNNING] == TN_GENUINE) {
        return plan(TN_PLAN_RUN, TN_RUNNING, TN_SWAP_NONE);
    }
    return v->failed ? plan(TN_PLAN_RECOVER, TN_RUNNING, TN_SWAP_NONE) : fall_back(v);
}

// SPDX-License-Identifier: Apache-2.0
// MCUboot's tables (reference mcuboot.md section 2), and what they leave open: torn flags
// (rules TORN-* of SPEC.md) and slots without a genuine image.
#include "boot/boot.h"

enum tn_swap_type tn_boot_next(const struct tn_trailer *pri, const struct tn_trailer *sec,
        const struct tn_strategy *strategy) {
    if (sec->magic == TN_MAGIC_GOOD) {
        if (strategy->mark == TN_CELL_COPY_DONE && sec->image_ok == TN_FLAG_UNSET &&
                sec->copy_done == TN_FLAG_SET) {
            return TN_SWAP_REVERT;
        }
        // TORN-REQUEST: a torn image_ok was to make it permanent. A test is the safer half.
        return sec->image_ok == TN_FLAG_SET ? TN_SWAP_PERM : TN_SWAP_TEST;
    }
    // TORN-CONFIRM: a torn image_ok counts as set, for its writer was content.
    // TORN-DONE: a torn copy_done counts as set, for the copy was done.
    if (strategy->reverts && pri->magic == TN_MAGIC_GOOD && pri->image_ok == TN_FLAG_UNSET &&
            pri->copy_done != TN_FLAG_UNSET) {
        return TN_SWAP_REVERT;
    }
    return TN_SWAP_NONE;
}

// Plans to verify the image that this swap brings or, if it is genuine, to do the swap. False if
// the image is bad. From a swap that moved something there is no way but on.
static bool bring(const struct tn_boot_view *v, enum tn_swap_type type, struct tn_boot_plan *ret) {
    ret->type = type;
    ret->place = type == TN_SWAP_REVERT ? TN_PREVIOUS : TN_CANDIDATE;
    uint32_t verdict = v->verdict[ret->place];
    ret->action = v->moved || verdict == TN_GENUINE ? TN_PLAN_SWAP : TN_PLAN_VERIFY;
    return v->moved || verdict != TN_BAD;
}

// Plans what the trailers ask for. False if they ask for nothing.
static bool requested(const struct tn_boot_view *v, struct tn_boot_plan *ret) {
    enum tn_swap_type type = (enum tn_swap_type)v->under_way;

    if (type == TN_SWAP_NONE) {
        type = tn_boot_next(&v->pri, &v->sec, v->strategy);
    }
    if (type == TN_SWAP_NONE) {
        return false;
    }
    if (bring(v, type, ret)) {
        return true;
    }
    // If there is nothing to go back to, stay; and there may be no request any more.
    ret->action = TN_PLAN_DISCARD;
    return type != TN_SWAP_REVERT && v->under_way == TN_SWAP_NONE;
}

void tn_boot_decide(const struct tn_boot_view *v, struct tn_boot_plan *ret) {
    uint32_t running = v->verdict[TN_RUNNING];

    if (!v->failed && (v->moved || !(v->recovery || v->swapped)) && requested(v, ret)) {
        return;
    }
    ret->place = TN_RUNNING;
    ret->type = TN_SWAP_NONE;
    if (!v->recovery && running != TN_BAD) {
        ret->action = running == TN_GENUINE ? TN_PLAN_RUN : TN_PLAN_VERIFY;
        return;
    }
    // The primary slot holds nothing to run: the spare one may.
    if (!v->recovery && !v->failed &&
            (bring(v, TN_SWAP_PERM, ret) || bring(v, TN_SWAP_REVERT, ret))) {
        return;
    }
    ret->action = TN_PLAN_RECOVER;
}

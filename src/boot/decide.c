// SPDX-License-Identifier: Apache-2.0
// MCUboot's tables (doc/reference/mcuboot.md section 2), and what they leave open: torn flags
// (rules TORN-* of SPEC.md) and slots without a genuine image.
#include "boot/boot.h"

// Plans to verify the image that this swap brings or, if it is genuine, to do the swap. False if
// the image is bad. A swap that has moved data goes on in any case.
static bool bring(const struct tn_boot_view *v, enum tn_swap_type type, struct tn_boot_plan *ret) {
    ret->type = type;
    ret->place = type == TN_SWAP_REVERT ? TN_PREVIOUS : TN_CANDIDATE;
    uint32_t verdict = v->verdict[ret->place];
    ret->action = v->moved || verdict == TN_GENUINE ? TN_PLAN_SWAP : TN_PLAN_VERIFY;
    return ret->action == TN_PLAN_SWAP || verdict != TN_BAD;
}

// Plans what the trailers ask for. False if they ask for nothing.
static bool requested(const struct tn_boot_view *v, struct tn_boot_plan *ret) {
    enum tn_swap_type type = (enum tn_swap_type)v->under_way;

    if (type == TN_SWAP_NONE) {
        type = tn_boot_next(&v->pri, &v->sec, v->layout);
    }
    if (type == TN_SWAP_NONE) {
        return false;
    }
    if (bring(v, type, ret)) {
        return true;
    }
    // A revert without a genuine old image does not happen, and has no request to erase.
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
    // The primary slot holds nothing genuine: the spare slot may.
    if (!v->recovery && !v->failed &&
            (bring(v, TN_SWAP_PERM, ret) || bring(v, TN_SWAP_REVERT, ret))) {
        return;
    }
    ret->action = TN_PLAN_RECOVER;
}

// SPDX-License-Identifier: Apache-2.0
// Looking, and doing what was decided.
#include "boot/boot.h"

#include <string.h>

#include "base/err.h"

void tn_boot_look(const struct tn_boot *b, struct tn_boot_view *ret) {
    tn_trailer_read(b->slots, TN_PRIMARY, &ret->pri);
    tn_trailer_read(b->slots, TN_SECONDARY, &ret->sec);
    memcpy(ret->verdict, b->verdict, sizeof(ret->verdict));
    ret->strategy = b->slots->strategy;
    ret->newer = false;
    ret->under_way = TN_SWAP_NONE;
    ret->moved = false;
    ret->doubt = false;
    ret->loaded = 0;
    ret->recovery = b->recovery;
    ret->swapped = b->swapped;
    ret->failed = b->failed;
    if (ret->strategy->look) {
        ret->strategy->look(b->slots, ret);
    }
}

static int verify(struct tn_boot *b, enum tn_place place) {
    struct tn_image_src src;

    if (!b->busy) {
        tn_slots_source(b->slots, place, &src);
        tn_verify_begin(&b->verify, &src, b->trust, false);
    }
    if (tn_verify_step(&b->verify) == TN_MORE) {
        return TN_MORE;
    }
    // The result is handed on as it is: no branch here makes TN_GENUINE.
    b->reason[place] = tn_verify_error(&b->verify);
    b->verdict[place] = tn_verify_result(&b->verify);
    if (b->verify.hdr.flags & TN_IMAGE_NON_BOOTABLE) {
        b->reason[place] = TN_EFLAGS;
        b->verdict[place] = TN_BAD;
    }
    return 0;
}

static int swap(struct tn_boot *b, const struct tn_boot_plan *plan) {
    const struct tn_strategy *strategy = b->slots->strategy;
    int rc = 0;

    if (!b->busy) {
        memset(&b->swap, 0, sizeof(b->swap));
        b->swap.plan = *plan;
        rc = strategy->begin(b);
    }
    return rc ? rc : strategy->step(b);
}

static int discard(struct tn_boot *b) {
    if (!b->busy) {
        b->pos = 0;
    }
    return tn_trailer_erase(b->slots, TN_SECONDARY, &b->pos);
}

int tn_boot_step(struct tn_boot *b, const struct tn_boot_plan *plan) {
    int rc = 0;

    switch (plan->action) {
    case TN_PLAN_VERIFY:
        rc = verify(b, plan->place);
        break;
    case TN_PLAN_SWAP:
        rc = swap(b, plan);
        break;
    case TN_PLAN_DISCARD:
        rc = discard(b);
        break;
    case TN_PLAN_RUN:
    case TN_PLAN_RECOVER:
        break;
    }
    b->busy = rc == TN_MORE;
    if (rc < 0) {
        b->failed = true;
    }
    return rc;
}

int tn_boot_reason(const struct tn_boot *b, enum tn_place place) {
    return b->reason[place];
}

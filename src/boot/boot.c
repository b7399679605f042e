// SPDX-License-Identifier: Apache-2.0
// Carries out plans.
#include "boot/boot.h"

#include <string.h>

#include "base/err.h"

void tn_boot_source(const struct tn_boot *b, enum tn_place place, struct tn_image_src *ret) {
    tn_slots_source(b->slots, place, ret);
    if (place == TN_PLACE_STAGED) {
        b->strategy->source(b->slots, ret);
    }
}

// One skipped instruction must not verify another place than asked for (./run skips): the source
// says which place it is, and a verdict on another one does not count.
static int verify(struct tn_boot *b, enum tn_place place) {
    if (!b->busy) {
        tn_boot_source(b, place, &b->verify.src);
        tn_verify_begin(&b->verify, b->trust, false);
    }
    if (tn_verify_step(&b->verify) == TN_MORE) {
        return TN_MORE;
    }
    // The result is copied, not compared: no branch here makes TN_GENUINE.
    if (b->verify.src.place == place) {
        b->reason[place] = (int8_t)tn_verify_error(&b->verify);
        b->view.verdict[place] = tn_verify_result(&b->verify);
    }
    return 0;
}

static int swap(struct tn_boot *b) {
    const struct tn_strategy *strategy = b->strategy;
    int rc = b->busy ? 0 : strategy->begin(b);

    return rc ? rc : strategy->step(b);
}

int tn_boot_step(struct tn_boot *b) {
    int rc = 0;

    if (!b->busy) {
        memset(&b->swap, 0, sizeof(b->swap));
    }
    if (b->crypt) {
        rc = b->crypt->ops->prepare(b);
    }
    switch (rc ? TN_PLAN_RUN : b->plan.action) {
    case TN_PLAN_VERIFY:
        rc = verify(b, b->plan.place);
        break;
    case TN_PLAN_SWAP:
        rc = swap(b);
        break;
    case TN_PLAN_DISCARD:
        rc = b->strategy->discard(b);
        break;
    case TN_PLAN_RUN:
    case TN_PLAN_RECOVER:
        break;
    }
    b->busy = rc == TN_MORE;
    if (rc < 0) {
        b->view.failed = true;
    }
    return rc;
}

int tn_boot_reason(const struct tn_boot *b, enum tn_place place) {
    return b->reason[place];
}

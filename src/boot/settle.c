// SPDX-License-Identifier: Apache-2.0
#include "boot/settle.h"

#include "base/err.h"

static int nothing(void *ctx, enum tn_moment at, struct tn_boot *b) {
    (void)ctx, (void)at, (void)b;
    return 0;
}

int tn_boot_carry_out(struct tn_boot *b, tn_boot_hook *hook, void *ctx) {
    enum tn_moment at = TN_AT_BEGIN;

    do {
        int stop = hook(ctx, at, b);
        if (stop) {
            return stop;
        }
        b->rc = tn_boot_step(b);
        at = TN_AT_STEP;
    } while (b->rc == TN_MORE);
    hook(ctx, TN_AT_END, b);
    return 0;
}

int tn_boot_settle(struct tn_boot *b, tn_boot_hook *hook, void *ctx) {
    int stop = 0;

    hook = hook ? hook : nothing;
    while (!stop) {
        b->strategy->look(b);
        hook(ctx, TN_AT_LOOK, b);
        b->strategy->decide(&b->view, &b->plan);
        if (b->plan.action < TN_PLAN_RUN) {
            stop = tn_boot_carry_out(b, hook, ctx);
        } else if (b->plan.action != TN_PLAN_RUN || hook(ctx, TN_AT_START, b) != TN_MORE) {
            break;
        }
    }
    return stop;
}

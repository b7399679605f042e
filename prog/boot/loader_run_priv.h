// SPDX-License-Identifier: Apache-2.0
// The loader's run, for one image (loader.c) and for several (loader_set.c). They are functions of
// the file that includes them, so that a loader of one image does not pay for more.
#ifndef TN_PROG_LOADER_RUN_PRIV_H
#define TN_PROG_LOADER_RUN_PRIV_H

#include "base/err.h"
#include "loader.h"

// The event that the hand-over reports for a plan that was carried out.
static inline uint8_t event_of(const struct tn_boot_plan *done, bool running_was_bad) {
    static const uint8_t events[] = {
            [TN_SWAP_TEST] = TN_BOOTED_TEST,
            [TN_SWAP_PERM] = TN_BOOTED_PERMANENT,
            [TN_SWAP_REVERT] = TN_BOOTED_REVERTED,
    };

    if (!done->action) {
        return TN_BOOTED_PLAIN;
    }
    if (done->action == TN_PLAN_DISCARD) {
        return TN_BOOTED_REFUSED;
    }
    return running_was_bad ? TN_BOOTED_FALLBACK : events[done->type];
}

// Reads the outcome of the last update attempt that has ended.
static inline void last_outcome(const struct tn_log *log, struct tn_record *ret) {
    struct tn_record r;
    int err = 0;

    ret->code = TN_OUTCOME_NONE;
    ret->attempts = 0;
    for (uint32_t nth = 0; err != TN_ENOENT && !ret->code; nth++) {
        err = tn_log_get(log, nth, &r);
        if (!err && r.code < TN_STEP_BEGUN) {
            *ret = r;
        }
    }
}

static inline void leave_word(struct tn_loader *l) {
    const struct tn_board *board = l->board;
    const struct tn_boot *b = &l->boot;
    const struct tn_policy *p = l->policy;
    struct tn_record last;
    int bad = tn_boot_reason(b, TN_RUNNING);
    struct tn_handover h = {
            .mode = (uint8_t)l->entry.mode,
            .slot = (uint8_t)tn_place_slot(b->plan.place),
            .strategy = board->slots->layout->mode,
            .event = event_of(&p->done, bad),
            .reason = (int8_t)(bad ? bad : tn_boot_reason(b, TN_CANDIDATE)),
            .image = (uint8_t)board->slots->image,
            .rules = tn_policy_bits(p),
            .why = l->entry.mode == TN_RUN_NORMAL ? (uint8_t)l->entry.arg : TN_WHY_NOTHING,
            .loader = {TN_LOADER_MAJOR, TN_LOADER_MINOR, TN_LOADER_PATCH},
            .max_image = tn_slots_max_image(board->slots),
    };

    last_outcome(&p->log, &last);
    h.outcome = last.code;
    h.attempts = last.attempts;
    tn_handover_put(board->handover, &h);
}

// Called between the steps of a boot.
static inline int feed(void *ctx) {
    const struct tn_board *board = ctx;

    if (board->guard) {
        board->guard->alive();
    }
    return 0;
}

static inline void ask(struct tn_loader *l) {
    l->entry = (struct tn_entry){.cause = l->board->cause()};
    for (tn_way *const *way = l->ways; *way; way++) {
        (*way)(l->board, &l->entry);
    }
    if (l->window && !l->entry.mode && l->entry.cause == TN_RESET_POWER &&
            l->window(l->window_ctx)) {
        l->entry.mode = TN_RUN_RECOVERY;
    }
}

// settle: settles l->boot, and what follows it, by l->policy.
static inline void run_by(struct tn_loader *l, void (*settle)(struct tn_loader *l)) {
    const struct tn_board *board = l->board;
    struct tn_boot *b = &l->boot;
    struct tn_policy *p = l->policy;

    ask(l);
    *b = (struct tn_boot){
            .slots = board->slots, .strategy = l->strategy, .trust = l->trust, .crypt = l->crypt};
    b->view.recovery = l->entry.mode == TN_RUN_RECOVERY;
    if (board->guard) {
        p->area = board->guard->outcome;
        p->counter = board->guard->counter;
    }
    p->each = feed;
    p->ctx = (void *)board;
    settle(l);
    if (b->plan.action == TN_PLAN_RUN) {
        leave_word(l);
        if (p->watchdog_ms && board->guard && board->guard->arm) {
            board->guard->arm(p->watchdog_ms);
        }
        tn_loader_start(b, board->run);
    }
}

#endif

// SPDX-License-Identifier: Apache-2.0
// The loader with requests, button and hand-over.
#include "loader.h"
#include "base/err.h"

// The event that the hand-over reports for a plan that was carried out.
static uint8_t event_of(const struct tn_boot_plan *done, bool running_was_bad) {
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
static void last_outcome(const struct tn_log *log, struct tn_record *ret) {
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

static void leave_word(const struct tn_board *board, const struct tn_boot *b,
        const struct tn_policy *p, enum tn_run_mode mode) {
    struct tn_record last;
    int bad = tn_boot_reason(b, TN_RUNNING);
    struct tn_handover h = {
            .mode = (uint8_t)mode,
            .slot = (uint8_t)tn_place_slot(b->plan.place),
            .strategy = board->slots->layout->mode,
            .event = event_of(&p->done, bad),
            .reason = (int8_t)(bad ? bad : tn_boot_reason(b, TN_CANDIDATE)),
            .image = board->slots->image,
            .rules = tn_policy_bits(p),
            .loader = {TN_LOADER_MAJOR, TN_LOADER_MINOR, TN_LOADER_PATCH},
            .max_image = tn_slots_max_image(board->slots),
    };

    last_outcome(&p->log, &last);
    h.outcome = last.code;
    h.attempts = last.attempts;
    tn_handover_put(board->handover, &h);
}

// Called between the steps of a boot.
static int feed(void *ctx) {
    const struct tn_board *board = ctx;

    if (board->guard) {
        board->guard->alive();
    }
    return 0;
}

void tn_loader_run(const struct tn_board *board, const struct tn_strategy *strategy,
        const struct tn_trust *trust, struct tn_policy *p) {
    struct tn_boot b = {.slots = board->slots, .strategy = strategy, .trust = trust};

    enum tn_run_mode mode = tn_request_take(board->request, board->cause(), NULL);
    b.view.recovery = mode == TN_RUN_RECOVERY || (board->button && board->button());
    if (board->guard) {
        p->area = board->guard->outcome;
        p->counter = board->guard->counter;
    }
    p->each = feed;
    p->ctx = (void *)board;
    tn_policy_settle(p, &b);
    if (b.plan.action == TN_PLAN_RUN) {
        leave_word(board, &b, p, mode);
        if (p->watchdog_ms && board->guard && board->guard->arm) {
            board->guard->arm(p->watchdog_ms);
        }
        tn_loader_start(&b, board->run);
    }
}

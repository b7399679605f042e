// SPDX-License-Identifier: Apache-2.0
// The loader with everything: requests, button, hand-over, recovery.
#include "loader.h"

// What the application will be told of the plan that was carried out.
static uint8_t event_of(const struct tn_boot_plan *done, bool running_was_bad) {
    static const uint8_t events[] = {
            [TN_SWAP_TEST] = TN_BOOTED_TEST,
            [TN_SWAP_PERM] = TN_BOOTED_PERMANENT,
            [TN_SWAP_REVERT] = TN_BOOTED_REVERTED,
    };

    if (done->action == TN_PLAN_RUN) {
        return TN_BOOTED_PLAIN;
    }
    if (done->action == TN_PLAN_DISCARD) {
        return TN_BOOTED_REFUSED;
    }
    return running_was_bad ? TN_BOOTED_FALLBACK : events[done->type];
}

static void leave_word(const struct tn_board *board, const struct tn_boot *b,
        const struct tn_boot_plan *done, enum tn_run_mode mode) {
    int bad = tn_boot_reason(b, TN_RUNNING);
    const struct tn_handover h = {
            .mode = (uint8_t)mode,
            .slot = TN_PRIMARY,
            .strategy = board->slots->strategy->mode,
            .event = event_of(done, bad),
            .reason = (int8_t)(bad ? bad : tn_boot_reason(b, TN_CANDIDATE)),
            .loader = {TN_LOADER_MAJOR, TN_LOADER_MINOR, TN_LOADER_PATCH},
            .max_image = tn_slots_max_image(board->slots),
    };

    tn_handover_put(board->handover, &h);
}

void tn_loader_run(const struct tn_board *board, const struct tn_trust *trust) {
    struct tn_boot b = {.slots = board->slots, .trust = trust};
    struct tn_boot_plan plan;
    struct tn_boot_plan done = {.action = TN_PLAN_RUN};

    enum tn_run_mode mode = tn_request_take(board->request, board->cause(), NULL);
    b.view.recovery = mode == TN_RUN_RECOVERY || (board->button && board->button());
    tn_loader_settle(&b, &plan, &done);
    if (plan.action == TN_PLAN_RUN) {
        leave_word(board, &b, &done, mode);
        tn_loader_start(board, &b, &plan);
    }
    tn_recover(board, trust);
}

// SPDX-License-Identifier: Apache-2.0
#include "loader.h"

#include "base/err.h"
#include "boot/boot.h"

// What the application will be told of a plan that was carried out.
static uint8_t event_of(const struct tn_boot_plan *plan, bool running_was_bad) {
    if (plan->action == TN_PLAN_DISCARD) {
        return TN_BOOTED_REFUSED;
    }
    if (running_was_bad) {
        return TN_BOOTED_FALLBACK;
    }
    switch (plan->type) {
    case TN_SWAP_TEST:
        return TN_BOOTED_TEST;
    case TN_SWAP_PERM:
        return TN_BOOTED_PERMANENT;
    case TN_SWAP_REVERT:
        return TN_BOOTED_REVERTED;
    case TN_SWAP_NONE:
        break;
    }
    return TN_BOOTED_PLAIN;
}

static void run(const struct tn_board *board, struct tn_handover *h) {
    struct tn_image_src src;
    struct tn_image_hdr hdr;

    h->slot = TN_PRIMARY;
    h->strategy = board->slots->strategy->mode;
    h->loader[0] = TN_LOADER_MAJOR;
    h->loader[1] = TN_LOADER_MINOR;
    h->loader[2] = TN_LOADER_PATCH;
    h->max_image = tn_slots_max_image(board->slots);
    tn_slots_source(board->slots, TN_RUNNING, &src);
    if (tn_image_open(&src, &hdr)) {
        return;  // read a moment ago without an error: the flash fails
    }
    tn_handover_put(board->handover, h);
    board->run(board->slots->addr + hdr.hdr_size);
}

// Carries out plans until one says what to start.
static enum tn_plan_action settle(struct tn_boot *b, struct tn_handover *h) {
    struct tn_boot_view view;
    struct tn_boot_plan plan;

    for (;;) {
        tn_boot_look(b, &view);
        plan = tn_boot_decide(&view);
        if (plan.action >= TN_PLAN_RUN) {
            return plan.action;
        }
        bool bad = view.verdict[TN_RUNNING] == TN_BAD;
        while (tn_boot_step(b, &plan) == TN_MORE) {
        }
        if (plan.action != TN_PLAN_VERIFY) {
            h->event = event_of(&plan, bad);
            h->reason = (int8_t)tn_boot_reason(b, bad ? TN_RUNNING : plan.place);
        }
    }
}

void tn_loader_run(const struct tn_loader *loader) {
    const struct tn_board *board = loader->board;
    struct tn_boot b = {.slots = board->slots, .trust = loader->trust};
    struct tn_handover h = {0};

    enum tn_run_mode mode = tn_request_take(board->request, board->cause(), NULL);
    h.mode = (uint8_t)mode;
    b.recovery = loader->recover &&
            (mode == TN_RUN_RECOVERY || (board->button && board->button()));
    if (settle(&b, &h) == TN_PLAN_RUN) {
        run(board, &h);
    }
    if (loader->recover) {
        loader->recover(board, loader->trust);
    }
}

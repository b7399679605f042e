// SPDX-License-Identifier: Apache-2.0
// The loader with serial recovery, for any board: main.c, and main_window.c.
#include "base/compiler.h"
#include "loader.h"
#include "service/service.h"
#include "trust/trust.h"

// How long to wait for a request after a power-on, and what waits.
struct window {
    bool (*wait)(struct tn_service_serial *s, uint32_t ms);
    uint32_t ms;
    struct tn_service_serial *service;
};

static bool open_window(void *ctx) {
    const struct window *w = ctx;

    return w->wait(w->service, w->ms);
}

static void leave(void *loader) {
    tn_loader_leave(loader);
}

static _Noreturn void run(const struct tn_loader_parts *parts, struct window *window) {
    static const struct tn_rule *const usual_rules[] = {
            &tn_count_attempts, &tn_keep_outcomes, &tn_no_rollback};
    struct tn_policy policy = {.rules = parts->rules ? parts->rules : usual_rules,
            .nrules = parts->rules ? parts->nrules : TN_LEN(usual_rules),
            .keyring = parts->keyring,
            .attempts = 1};
    static tn_way *const ways[] = {
            tn_way_request, tn_way_chip, tn_way_button, tn_way_double_reset, NULL};
    static struct tn_loader loader;
    struct tn_service_serial *s = tn_service_serial(
            parts->board, &tn_program_trust, TN_SLOTS_ANY, tn_policy_bits(&policy));

    window->service = s;
    loader = (struct tn_loader){.board = parts->board,
            .strategy = tn_board_strategy,
            .trust = &tn_program_trust,
            .policy = &policy,
            .ways = ways,
            .crypt = parts->crypt,
            .more = parts->more,
            .nmore = parts->nmore,
            .window = window->wait ? open_window : NULL,
            .window_ctx = window};
    parts->go(&loader);
    s->service.round = tn_service_listen;
    s->service.quiet = leave;
    s->service.quiet_ctx = &loader;
    s->service.quiet_ms = TN_QUIET_MS;
    if (parts->begin) {
        parts->begin(&s->service);
    }
    tn_service_run(&s->service);
}

void tn_loader_full(bool (*wait)(struct tn_service_serial *s, uint32_t ms), uint32_t window_ms,
        void (*begin)(struct tn_service *s)) {
    const struct tn_loader_parts parts = {.board = &tn_board, .go = tn_loader_run, .begin = begin};
    struct window window = {wait, window_ms, NULL};

    run(&parts, &window);
}

void tn_loader_full_with(const struct tn_loader_parts *parts) {
    struct window window = {NULL, 0, NULL};

    run(parts, &window);
}

void tn_loader_full_of(
        const struct tn_board *board, struct tn_crypt *crypt, void (*begin)(struct tn_service *s)) {
    const struct tn_loader_parts parts = {
            .board = board, .go = tn_loader_run, .crypt = crypt, .begin = begin};

    tn_loader_full_with(&parts);
}

// SPDX-License-Identifier: Apache-2.0
// A small loader for links that need a clock. It takes requests of the application, the button and
// a double reset; it keeps no outcomes and no journal. Errors of SMP are codes.
#include "base/compiler.h"
#include "loader.h"
#include "service/service.h"

static void leave(void *loader) {
    tn_loader_leave(loader);
}

void tn_loader_small(void (*begin)(struct tn_service *s)) {
    static tn_way *const ways[] = {tn_way_request, tn_way_button, tn_way_double_reset, NULL};
    static struct tn_policy policy;
    static struct tn_loader loader;
    struct tn_service *s = tn_service_recovery(&tn_board, &tn_small_trust);

    loader = (struct tn_loader){.board = &tn_board,
            .strategy = tn_board_strategy,
            .trust = &tn_small_trust,
            .policy = &policy,
            .ways = ways};
    tn_loader_run(&loader);
    s->round = tn_service_listen;
    s->linger = tn_service_linger;
    s->quiet = leave;
    s->quiet_ctx = &loader;
    s->quiet_ms = TN_QUIET_MS;
    begin(s);
    tn_service_run(s);
}

// SPDX-License-Identifier: Apache-2.0
// The loader with recovery from any terminal program: files by XMODEM and YMODEM, and an update by
// SMP in console framing. It takes requests of the application, the button and a double reset; it
// keeps no outcomes and no journal.
#include "base/compiler.h"
#include "loader.h"
#include "service/xmodem.h"

static void leave(void *loader) {
    tn_loader_leave(loader);
}

int main(void) {
    static tn_way *const ways[] = {tn_way_request, tn_way_button, tn_way_double_reset, NULL};
    static struct tn_policy policy;
    static struct tn_service_xmodem xmodem;
    static struct tn_loader loader;
    struct tn_service *s = tn_service_recovery(&tn_board, &tn_small_trust);

    loader = (struct tn_loader){.board = &tn_board,
            .strategy = tn_board_strategy,
            .trust = &tn_small_trust,
            .policy = &policy,
            .ways = ways};
    tn_loader_run(&loader);
    tn_service_xmodem(&xmodem, s, (struct tn_line *)s->links, TN_SWAP_TEST);
    s->round = tn_service_listen;
    s->linger = tn_service_linger;
    s->quiet = leave;
    s->quiet_ctx = &loader;
    s->quiet_ms = TN_QUIET_MS;
    tn_service_run(s);
}

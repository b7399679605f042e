// SPDX-License-Identifier: Apache-2.0
// The small loader with recovery by USB alone: DFU, and an update by SMP on the CDC line. It takes
// requests of the application, the button and a double reset; it keeps no outcomes and no journal.
#include "base/compiler.h"
#include "board_parts.h"
#include "loader.h"
#include "service/usb.h"

static void leave(void *loader) {
    tn_loader_leave(loader);
}

int main(void) {
    static tn_way *const ways[] = {tn_way_request, tn_way_button, tn_way_double_reset, NULL};
    static struct tn_policy policy;
    static struct tn_loader loader;
    struct tn_service *s = tn_service_recovery(&tn_board, &tn_small_trust);
    const struct tn_service_usb_cfg cfg = {
            .controller = &tn_board_usb,
            .ids = &tn_board_usb_ids,
            .serial = chip_id(),
            .mark = TN_SWAP_TEST,
    };

    loader = (struct tn_loader){.board = &tn_board,
            .strategy = tn_board_strategy,
            .trust = &tn_small_trust,
            .policy = &policy,
            .ways = ways};
    tn_loader_run(&loader);
    tn_service_usb_move_line((struct tn_line *)s->links);
    tn_service_usb_recovery(s, &cfg);
    s->round = tn_service_listen;
    s->quiet = leave;
    s->quiet_ctx = &loader;
    s->quiet_ms = TN_QUIET_MS;
    tn_service_run(s);
}

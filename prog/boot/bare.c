// SPDX-License-Identifier: Apache-2.0
// The smallest loader: verifies, swaps, reverts and starts images. No recovery, no requests, no
// hand-over; for boards whose flash can be written by other means.
#include "loader.h"

void tn_loader_bare(const struct tn_trust *trust) {
    struct tn_boot b = {.slots = &tn_board_slots, .strategy = tn_board_strategy, .trust = trust};

    tn_boot_settle(&b, NULL, NULL);
    tn_loader_start(&b, tn_board_run);
    for (;;) {  // no image to run: the next reset tries again
    }
}

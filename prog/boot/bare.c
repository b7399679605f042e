// SPDX-License-Identifier: Apache-2.0
// The smallest loader: verifies, swaps, reverts and starts. No recovery, no requests, no word to
// the application; for boards with another way to the flash.
#include "loader.h"

void tn_loader_bare(const struct tn_trust *trust) {
    struct tn_boot b = {.slots = &tn_board_slots, .strategy = tn_board_strategy, .trust = trust};

    tn_boot_settle(&b, NULL, NULL);
    tn_loader_start(&b, tn_board_run);
    for (;;) {  // nothing to run: the next reset looks again
    }
}

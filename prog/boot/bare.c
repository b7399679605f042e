// SPDX-License-Identifier: Apache-2.0
// The smallest loader: verifies, swaps, reverts and starts. No recovery, no requests, no word to
// the application; for boards with another way to the flash.
#include "loader.h"

void tn_loader_bare(const struct tn_trust *trust) {
    struct tn_boot b = {.slots = tn_board.slots, .trust = trust};
    struct tn_boot_plan plan;

    tn_loader_settle(&b, &plan);
    tn_loader_start(&tn_board, &b, &plan);
    for (;;) {  // nothing to run: the next reset looks again
    }
}

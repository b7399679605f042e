// SPDX-License-Identifier: Apache-2.0
// The loader of prog/boot/bare.c with its own slots instead of the board's.
#include "boot/loader.h"
#include "slots.h"

void tn_loader_bare(const struct tn_trust *trust) {
    struct tn_boot b = {.slots = &tn_own_slots, .strategy = tn_own_strategy, .trust = trust};

    tn_boot_settle(&b, NULL, NULL);
    tn_loader_start(&b, tn_board_run);
    for (;;) {  // no image to run: the next reset tries again
    }
}

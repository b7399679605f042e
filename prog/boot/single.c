// SPDX-License-Identifier: Apache-2.0
// The loader of bare.c for one slot: no plan, and no writes to flash.
#include "base/err.h"
#include "loader.h"

void tn_loader_single(const struct tn_slots *slots, const struct tn_trust *trust) {
    struct tn_verify v;

    tn_slots_source(slots, TN_RUNNING, &v.src);
    tn_verify_begin(&v, trust, false);
    while (tn_verify_step(&v) == TN_MORE) {
    }
    // Compared twice, so that one skipped instruction does not start an image.
    const volatile uint32_t verdict = tn_verify_result(&v);
    if (verdict == TN_GENUINE && verdict == TN_GENUINE) {
        tn_board_run(v.src.addr + tn_verify_header(&v)->hdr_size);
    }
    for (;;) {  // no image to run: the next reset tries again
    }
}

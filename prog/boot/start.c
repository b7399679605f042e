// SPDX-License-Identifier: Apache-2.0
// Starts an image; every loader uses it.
#include "loader.h"

// Checks every condition twice, so that one skipped instruction does not start an image.
void tn_loader_start(const struct tn_boot *b, void (*run)(uint32_t addr)) {
    const volatile uint32_t *verdict = &b->view.verdict[b->plan.place];
    struct tn_image_src src;
    struct tn_image_hdr hdr;

    if (b->plan.action != TN_PLAN_RUN || *verdict != TN_GENUINE) {
        return;
    }
    tn_boot_source(b, b->plan.place, &src);
    if (!tn_image_open(&src, &hdr) && *verdict == TN_GENUINE) {
        run(src.addr + hdr.hdr_size);
    }
}

// SPDX-License-Identifier: Apache-2.0
// Swap using offset: a candidate lies one sector into the spare slot, the previous image at its
// beginning.
#include "base/bytes.h"
#include "boot/layout_priv.h"
#include "boot/trailer.h"

// Up to the sector in which the trailer begins; in the spare slot one sector less.
static uint32_t max_image(const struct tn_slots *s) {
    struct tn_sector pri;
    struct tn_sector sec;

    if (tn_area_sector(&s->area[TN_PRIMARY], tn_trailer_off(s, TN_PRIMARY), &pri) ||
            tn_area_sector(&s->area[TN_SECONDARY], tn_trailer_off(s, TN_SECONDARY), &sec)) {
        return 0;
    }
    return sec.off ? tn_min(pri.off, sec.off - sec.size) : 0;
}

const struct tn_layout tn_layout_swap_offset = {
        .mode = 9,
        .records = 2,
        .cells = TN_CELL_SWAP_SIZE,
        .mark = TN_CELL_COPY_DONE,
        .reverts = true,
        .candidate_off = tn_slots_sector,
        .max_image = max_image,
};

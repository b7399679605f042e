// SPDX-License-Identifier: Apache-2.0
// Swap using move: the primary slot has a sector to spare, into which the running image moves.
#include "base/bytes.h"
#include "boot/layout_priv.h"
#include "boot/trailer.h"

// Up to the sector in which the trailer begins; in the primary slot one sector less.
static uint32_t max_image(const struct tn_slots *s) {
    struct tn_sector pri;
    struct tn_sector sec;

    if (tn_area_sector(&s->area[TN_PRIMARY], tn_trailer_off(s, TN_PRIMARY), &pri) ||
            tn_area_sector(&s->area[TN_SECONDARY], tn_trailer_off(s, TN_SECONDARY), &sec)) {
        return 0;
    }
    return pri.off ? tn_min(pri.off - pri.size, sec.off) : 0;
}

const struct tn_layout tn_layout_swap_move = {
        .mode = 3,
        .records = 3,
        .cells = TN_CELL_TLV_SIZES,
        .mark = TN_CELL_IMAGE_OK,
        .reverts = true,
        .candidate_off = tn_layout_no_off,
        .max_image = max_image,
};

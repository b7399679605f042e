// SPDX-License-Identifier: Apache-2.0
// Layouts in which images begin where their slots do.
#include "base/bytes.h"
#include "base/err.h"
#include "boot/layout_priv.h"
#include "boot/trailer.h"

uint32_t tn_layout_no_off(const struct tn_slots *s) {
    (void)s;
    return 0;
}

static uint32_t below_trailers(const struct tn_slots *s) {
    return tn_min(tn_trailer_off(s, TN_PRIMARY), tn_trailer_off(s, TN_SECONDARY));
}

static uint32_t below_trailer(const struct tn_slots *s) {
    return tn_trailer_off(s, TN_PRIMARY);
}

static uint32_t within_ram(const struct tn_slots *s) {
    return tn_min(below_trailers(s), s->ram->size);
}

// An address below the window wraps to an offset behind it.
static int check_ram(const struct tn_slots *s, const struct tn_image_hdr *h, uint32_t len) {
    uint32_t off = h->load_addr - s->ram->addr;

    if (!(h->flags & TN_IMAGE_RAM_LOAD)) {
        return TN_EFLAGS;
    }
    return off > s->ram->size || len > s->ram->size - off ? TN_EADDR : 0;
}

const struct tn_layout tn_layout_overwrite_only = {
        .mode = 2,
        .cells = TN_CELL_SWAP_INFO,
        .candidate_off = tn_layout_no_off,
        .max_image = below_trailers,
};

const struct tn_layout tn_layout_direct_xip = {
        .mode = 4,
        .cells = TN_CELL_SWAP_INFO,
        .candidate_off = tn_layout_no_off,
        .max_image = below_trailers,
};

const struct tn_layout tn_layout_direct_xip_revert = {
        .mode = 5,
        .cells = TN_CELL_SWAP_INFO,
        .candidate_off = tn_layout_no_off,
        .max_image = below_trailers,
};

const struct tn_layout tn_layout_ram_load = {
        .mode = 6,
        .cells = TN_CELL_SWAP_INFO,
        .allow = TN_IMAGE_RAM_LOAD,
        .candidate_off = tn_layout_no_off,
        .max_image = within_ram,
        .check = check_ram,
};

const struct tn_layout tn_layout_single_slot = {
        .mode = 0,
        .cells = TN_CELL_TLV_SIZES,
        .candidate_off = tn_layout_no_off,
        .max_image = below_trailer,
};

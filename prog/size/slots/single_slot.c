// SPDX-License-Identifier: Apache-2.0
// One slot, without updates.
#include "slots.h"

#include "boot/loader.h"

static const struct tn_slots one_slot = {
        .area =
                {
                        [TN_PRIMARY] = {&tn_board_flash, PRIMARY_ADDR, SLOT_SIZE},
                        [TN_SECONDARY] = {&tn_board_flash, SECONDARY_ADDR, 0},
                },
        .layout = &tn_layout_single_slot,
        .addr = {PRIMARY_ADDR, PRIMARY_ADDR},
        .max_sectors = SLOT_SECTORS,
        .max_align = 8,
};

void tn_loader_bare(const struct tn_trust *trust) {
    tn_loader_single(&one_slot, trust);
}

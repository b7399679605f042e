// SPDX-License-Identifier: Apache-2.0
// One slot, and no upgrade.
#include "slots.h"

const struct tn_slots tn_own_slots = {
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

const struct tn_strategy *const tn_own_strategy = &tn_single_slot;

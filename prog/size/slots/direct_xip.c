// SPDX-License-Identifier: Apache-2.0
// Direct-XIP: images run in the slot that they were written to.
#include "slots.h"

const struct tn_slots tn_own_slots = {
        .area =
                {
                        [TN_PRIMARY] = {&tn_board_flash, PRIMARY_ADDR, SLOT_SIZE},
                        [TN_SECONDARY] = {&tn_board_flash, SECONDARY_ADDR, SLOT_SIZE},
                },
        .layout = &tn_layout_direct_xip,
        .addr = {PRIMARY_ADDR, SECONDARY_ADDR},
        .max_sectors = SLOT_SECTORS,
        .max_align = 8,
};

const struct tn_strategy *const tn_own_strategy = &tn_direct_xip;

// SPDX-License-Identifier: Apache-2.0
#include "apollo3/boards/rak11720/layout.h"
#include "board.h"

const struct tn_emu_layout tn_emu_rak11720 = {
        .name = "rak11720",
        .chip = &tn_emu_apollo3_blue,
        .boot_size = BOOT_SIZE,
        .locked_end = MARK_ADDR + MARK_SIZE,
        .primary = PRIMARY_ADDR,
        .primary_size = PRIMARY_SIZE,
        .secondary = SECONDARY_ADDR,
        .secondary_size = SECONDARY_SIZE,
        .outcome = OUTCOME_ADDR,
        .outcome_size = OUTCOME_SIZE,
        .header = IMAGE_HEADER,
};

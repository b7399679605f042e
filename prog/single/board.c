// SPDX-License-Identifier: Apache-2.0
#include "single.h"

#include "layout.h"

enum {
    JOURNAL = 4,  // sectors: two write units for each sector of the slot
    SCRATCH = (1 + JOURNAL) * SECTOR,
    SLOT = PRIMARY_SIZE + SECONDARY_SIZE - SCRATCH,
};

_Static_assert(SLOT / SECTOR * 2 * PROG_UNIT <= JOURNAL * SECTOR, "the journal");

struct tn_board tn_single_board(struct tn_slots *slots) {
    struct tn_board board = tn_board;
    uint32_t at = PRIMARY_ADDR - FLASH_ADDR;

    *slots = (struct tn_slots){
            .area =
                    {
                            [TN_PRIMARY] = {&tn_board_flash, at, SLOT},
                            [TN_SECONDARY] = {&tn_board_flash, at + SLOT, 0},
                            [TN_SCRATCH] = {&tn_board_flash, at + SLOT, SCRATCH},
                    },
            .layout = &tn_layout_single_slot,
            .addr = {PRIMARY_ADDR, PRIMARY_ADDR},
            .max_align = 8,
            .encrypted = TN_IMAGE_ENCRYPTED,
    };
    board.slots = slots;
    return board;
}

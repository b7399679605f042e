// SPDX-License-Identifier: Apache-2.0
// Swap using offset, whose slots have sectors of one size: EXTERNAL_SECTOR is SECTOR.
#include "board.h"

#include "ext.h"
#include "layout.h"
#include "nrf5x/spim.h"

_Static_assert(EXTERNAL_SECTOR == SECTOR && EXTERNAL_SIZE == LONG_PRIMARY_SIZE + SECTOR,
        "as swap using offset wants it");
_Static_assert(PRIMARY_ADDR + LONG_PRIMARY_SIZE <= OUTCOME_ADDR, "up to what is behind the slots");

struct tn_board tn_ext_board(struct tn_slots *slots) {
    struct tn_board board = tn_board;

    *slots = *tn_board.slots;
    slots->area[TN_PRIMARY].size = LONG_PRIMARY_SIZE;
    slots->area[TN_SECONDARY] = (struct tn_area){&tn_board_external, 0, EXTERNAL_SIZE};
    slots->max_sectors = EXTERNAL_SIZE / SECTOR;
    board.slots = slots;
    return board;
}

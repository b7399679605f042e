// SPDX-License-Identifier: Apache-2.0
// The slots of a board with few and large sectors, from its layout.h: swap using scratch. An image
// and its trailer may share a sector.
#include "board_parts.h"
#include "layout.h"

const struct tn_slots tn_board_slots = {
        .area =
                {
                        [TN_PRIMARY] = {&tn_board_flash, PRIMARY_ADDR - FLASH_ADDR, PRIMARY_SIZE},
                        [TN_SECONDARY] = {&tn_board_flash, SECONDARY_ADDR - FLASH_ADDR,
                                SECONDARY_SIZE},
                        [TN_SCRATCH] = {&tn_board_flash, SCRATCH_ADDR - FLASH_ADDR, SCRATCH_SIZE},
                },
        .layout = &tn_layout_swap_scratch,
        .addr = {PRIMARY_ADDR, PRIMARY_ADDR},
        .max_sectors = SECONDARY_SIZE / SECTOR,
        .max_align = 8,
};
_Static_assert(SECONDARY_SIZE == PRIMARY_SIZE && SCRATCH_SIZE >= SECTOR, "slots and scratch");

// MCUboot's trailer (docs/design.md, Image trailer): three records a sector, two cells for the keys
// of encrypted images (ECIES-P256 with AES-256: 136 bytes), four cells of 8, and the magic.
_Static_assert(
        TRAILER_SIZE >= SECONDARY_SIZE / SECTOR * 3 * PROG_UNIT + 2 * 136 + 4 * 8 + 16, "trailer");

const struct tn_strategy *const tn_board_strategy = &tn_swap_scratch;

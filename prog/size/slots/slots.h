// SPDX-License-Identifier: Apache-2.0
// The slots of a measured loader. Each strategy has a file; a program links one of them. The board
// supplies its flash and the place of the slots. Both slots have one size; scratch is behind them,
// where a product keeps other data.
#ifndef TN_PROG_SIZE_SLOTS_H
#define TN_PROG_SIZE_SLOTS_H

#include "board.h"
#include "layout.h"

extern const struct tn_slots tn_own_slots;
extern const struct tn_strategy *const tn_own_strategy;

enum {
    SLOT_SIZE = PRIMARY_SIZE,
    SLOT_SECTORS = SLOT_SIZE / SECTOR,
    SCRATCH_ADDR = SECONDARY_ADDR + SLOT_SIZE,
    SCRATCH_SIZE = 0x2000,
};
_Static_assert(SCRATCH_ADDR + SCRATCH_SIZE <= FLASH_SIZE, "scratch");

#endif

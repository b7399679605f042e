// SPDX-License-Identifier: Apache-2.0
// The slots of a loader that is measured: a file per strategy, and a program links one. The board
// gives its flash and where slots may lie: both of one size, and scratch behind them, in the
// place of what a product keeps there.
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

// SPDX-License-Identifier: Apache-2.0
// The area of the verified mark, of a board whose layout.h has one, and the lock that covers it:
// the same blocks as before the application starts (table_loader.c).
#include "base/err.h"
#include "board_parts.h"
#include "layout.h"

_Static_assert(MARK_SIZE >= SECTOR, "the board's map has no block for the mark");

const struct tn_area tn_board_verified = {&tn_board_flash, MARK_ADDR - FLASH_ADDR, MARK_SIZE};

int tn_board_lock(void) {
    chip_lock(BOOT_ADDR, MARK_ADDR + MARK_SIZE);
    return chip_is_locked(BOOT_ADDR, MARK_ADDR + MARK_SIZE) ? 0 : TN_EIO;
}

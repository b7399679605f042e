// SPDX-License-Identifier: Apache-2.0
// Checks a board's map (layout.h) while it is compiled. No code.
#include "boot/handover.h"
#include "boot/request.h"
#include "layout.h"

#ifdef UNEVEN_SECTORS  // SECTOR is that of the slots, and a swap's areas are in no order
_Static_assert(BOOT_ADDR == FLASH_ADDR && BOOT_ADDR + BOOT_SIZE <= OUTCOME_ADDR, "loader");
_Static_assert(OUTCOME_ADDR + OUTCOME_SIZE <= STORAGE_ADDR, "outcome");
_Static_assert(STORAGE_ADDR + STORAGE_SIZE <= PRIMARY_ADDR, "storage");
_Static_assert(PRIMARY_ADDR + PRIMARY_SIZE <= SECONDARY_ADDR, "primary slot");
_Static_assert(SECONDARY_ADDR + SECONDARY_SIZE <= FLASH_ADDR + FLASH_SIZE, "secondary slot");
#ifdef SCRATCH_ADDR
_Static_assert(SECONDARY_ADDR + SECONDARY_SIZE <= SCRATCH_ADDR &&
                SCRATCH_ADDR + SCRATCH_SIZE <= FLASH_ADDR + FLASH_SIZE,
        "scratch");
#endif
_Static_assert(
        (PRIMARY_ADDR | PRIMARY_SIZE | SECONDARY_ADDR | SECONDARY_SIZE) % SECTOR == 0, "slots");
#else
// Each area begins where the one before it ends, on a sector.
_Static_assert(KEYS_ADDR == BOOT_ADDR + BOOT_SIZE, "keys");
_Static_assert(MARK_ADDR == KEYS_ADDR + KEYS_SIZE, "mark");
_Static_assert(RECOVERY_ADDR == MARK_ADDR + MARK_SIZE, "recovery program");
_Static_assert(PRIMARY_ADDR == RECOVERY_ADDR + RECOVERY_SIZE, "primary slot");
_Static_assert(SECONDARY_ADDR == PRIMARY_ADDR + PRIMARY_SIZE, "secondary slot");
_Static_assert(OUTCOME_ADDR == SECONDARY_ADDR + SECONDARY_SIZE, "outcome");
_Static_assert(JOURNAL_ADDR == OUTCOME_ADDR + OUTCOME_SIZE, "journal");
_Static_assert(STORAGE_ADDR == JOURNAL_ADDR + JOURNAL_SIZE, "storage");
_Static_assert(FREE_ADDR == STORAGE_ADDR + STORAGE_SIZE && FREE_ADDR <= FLASH_ADDR + FLASH_SIZE,
        "the end");
_Static_assert((KEYS_ADDR | MARK_ADDR | RECOVERY_ADDR | PRIMARY_ADDR | SECONDARY_ADDR |
                       OUTCOME_ADDR | JOURNAL_ADDR | STORAGE_ADDR | FREE_ADDR | FLASH_SIZE) %
                        SECTOR ==
                0,
        "whole sectors");

// The list of keys is written to one sector while the other one holds the old list.
_Static_assert(KEYS_SIZE >= 2 * SECTOR && MARK_SIZE >= SECTOR, "keys and mark");
#endif

#ifndef SCRATCH_ADDR  // else it may share a sector with its image
_Static_assert(TRAILER_SIZE % SECTOR == 0, "whole sectors of a trailer");
#endif
_Static_assert(TRAILER_SIZE < PRIMARY_SIZE, "trailer");

// What a reset leaves alone follows one another, too, at the beginning or at the end of RAM.
_Static_assert(
        RETAINED_VECTORS == RAM_ADDR || RETAINED_VECTORS == RAM_ADDR + RAM_SIZE - RETAINED_SIZE,
        "retained RAM");
_Static_assert(RETAINED_REQUEST >= RETAINED_VECTORS + 4, "request");
_Static_assert(RETAINED_HANDOVER >= RETAINED_REQUEST + TN_REQUEST_LEN, "hand-over");
_Static_assert(RETAINED_MARK >= RETAINED_HANDOVER + TN_HANDOVER_LEN, "mark");
_Static_assert(RETAINED_VECTORS + RETAINED_SIZE >= RETAINED_MARK + 8, "its end");

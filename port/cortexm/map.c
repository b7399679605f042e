// SPDX-License-Identifier: Apache-2.0
// Checks a board's map (layout.h) while it is compiled. No code.
#include "boot/handover.h"
#include "boot/request.h"
#include "layout.h"

#ifdef UNEVEN_SECTORS  // SECTOR is that of the slots, and the areas are in no order
// What a layout leaves out takes nothing.
#ifndef CODE_ADDR  // the loader is in one piece
#define CODE_ADDR (BOOT_ADDR + BOOT_SIZE)
#define CODE_SIZE 0
#endif
#ifndef JOURNAL_ADDR
#define JOURNAL_ADDR FLASH_ADDR
#define JOURNAL_SIZE 0
#endif
#ifndef STORAGE_ADDR
#define STORAGE_ADDR FLASH_ADDR
#define STORAGE_SIZE 0
#endif
#ifndef SCRATCH_ADDR
#define WITHOUT_SCRATCH
#define SCRATCH_ADDR FLASH_ADDR
#define SCRATCH_SIZE 0
#endif
#define BEHIND(a) (a##_ADDR + a##_SIZE)
#define APART(a, b) (BEHIND(a) <= b##_ADDR || BEHIND(b) <= a##_ADDR)
_Static_assert(BOOT_ADDR == FLASH_ADDR && APART(BOOT, CODE) && APART(BOOT, OUTCOME) &&
                APART(BOOT, PRIMARY),
        "the loader's beginning");
_Static_assert(APART(CODE, OUTCOME) && APART(CODE, JOURNAL) && APART(CODE, STORAGE) &&
                BEHIND(CODE) <= PRIMARY_ADDR,
        "the loader");
_Static_assert(
        APART(OUTCOME, JOURNAL) && APART(OUTCOME, STORAGE) && BEHIND(OUTCOME) <= PRIMARY_ADDR,
        "outcome");
_Static_assert(!JOURNAL_SIZE ||
                (APART(BOOT, JOURNAL) && APART(JOURNAL, STORAGE) &&
                        BEHIND(JOURNAL) <= PRIMARY_ADDR),
        "journal");
_Static_assert(
        !STORAGE_SIZE || (APART(BOOT, STORAGE) && BEHIND(STORAGE) <= PRIMARY_ADDR), "storage");
_Static_assert(BEHIND(PRIMARY) <= SECONDARY_ADDR, "primary slot");
_Static_assert(BEHIND(SECONDARY) <= FLASH_ADDR + FLASH_SIZE, "secondary slot");
_Static_assert(!SCRATCH_SIZE ||
                (BEHIND(SECONDARY) <= SCRATCH_ADDR && BEHIND(SCRATCH) <= FLASH_ADDR + FLASH_SIZE),
        "scratch");
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

#if !defined(SCRATCH_ADDR) || defined(WITHOUT_SCRATCH)  // else it may share its image's sector
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

// SPDX-License-Identifier: Apache-2.0
// The lock of a board with an STM32F2 or STM32F4 that lists it (TN_BOARD_LOCK): the loader's
// sectors are write-protected by the option bytes. RM0090 and PM0059, "Option bytes", "Write
// protections".
//
// Set once, where they are not yet, and for good: they hold without power, and against everything
// that runs, the loader too. So keys and mark, which the loader writes, are not among them. All
// other option bytes are written back as they are. Protection holds at once. A loss of power within
// the 10 ms of this write may leave option bytes of chance: with another read-out protection the
// chip runs, but its debug port stays closed until an erase of everything. doc/production.md says
// when it is done.
#include "board_parts.h"
#include "chip.h"
#include "layout.h"
#include "stm32.h"

#ifndef CODE_ADDR  // the loader is in one piece
#define CODE_ADDR BOOT_ADDR
#define CODE_SIZE BOOT_SIZE
#endif

// RM0090, RM0033, "Embedded Flash memory": four sectors of 16 KiB, one of 64 KiB, then 128 KiB.
// [none: a sector's number]
#define SECTOR_OF(off)                                                                             \
    ((off) < 0x10000 ? (off) / 0x4000 : (off) < 0x20000 ? 4u : 4u + (off) / 0x20000)

// The bits of all sectors of a piece, which begins and ends with one. [none: sectors' bits]
#define SECTORS_OF(piece)                                                                          \
    ((2u << SECTOR_OF(piece##_ADDR - FLASH_ADDR + piece##_SIZE - 1)) -                             \
            (1u << SECTOR_OF(piece##_ADDR - FLASH_ADDR)))

_Static_assert(SECTOR_OF(BOOT_ADDR + BOOT_SIZE - FLASH_ADDR) !=
                        SECTOR_OF(BOOT_ADDR + BOOT_SIZE - FLASH_ADDR - 1) &&
                SECTOR_OF(CODE_ADDR + CODE_SIZE - FLASH_ADDR) !=
                        SECTOR_OF(CODE_ADDR + CODE_SIZE - FLASH_ADDR - 1),
        "the loader takes whole sectors");

void chip_lock(uint32_t begin, uint32_t end) {
    const uint32_t loader = FLASH_OPTCR_NWRP(SECTORS_OF(BOOT) | SECTORS_OF(CODE));

    (void)begin, (void)end;
    if (!(FLASH_OPTCR & loader)) {  // a bit of 0 protects
        return;
    }
    while (FLASH_SR & FLASH_SR_BUSY) {
    }
    FLASH_OPTKEYR = FLASH_OPTKEYR_KEY1;
    FLASH_OPTKEYR = FLASH_OPTKEYR_KEY2;
    FLASH_OPTCR &= ~loader;
    FLASH_OPTCR |= FLASH_OPTCR_OPTSTRT;
    while (FLASH_SR & FLASH_SR_BUSY) {
    }
    FLASH_OPTCR |= FLASH_OPTCR_OPTLOCK;
}

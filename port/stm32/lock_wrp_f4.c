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

enum {
    SECTOR_SIZE = 16 * 1024,            // of the first four
    SECTORS = BOOT_SIZE / SECTOR_SIZE,  // [none: how many]
};

_Static_assert(BOOT_ADDR == FLASH_ADDR && BOOT_SIZE % SECTOR_SIZE == 0 && SECTORS <= 4,
        "the loader takes whole small sectors");

void chip_lock(uint32_t begin, uint32_t end) {
    const uint32_t loader = FLASH_OPTCR_NWRP((1u << SECTORS) - 1);

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

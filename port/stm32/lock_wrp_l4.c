// SPDX-License-Identifier: Apache-2.0
// The lock of a board with an STM32L4 or STM32WL that lists it (TN_BOARD_LOCK): the loader's pages
// are write-protected by the option bytes, area WRP1A. RM0351 and RM0461, "Option bytes",
// "Write protection (WRP)".
//
// Set once, where the area is free, and for good: it holds without power, and against everything
// that runs, the loader too. So keys and mark, which the loader writes, are not in it. It holds
// from the next power-on: until then the chip goes by what it has loaded. (A reset by OBL_LAUNCH
// would load it, and take a boot away from an image on test.) A loss of power within the 20 ms of
// this write may leave option bytes of chance: with another read-out protection the chip runs, but
// its debug port stays closed until an erase of everything. doc/production.md says when it is done.
#include "board_parts.h"
#include "chip.h"
#include "layout.h"
#include "stm32.h"

enum {
    LAST = BOOT_SIZE / FLASH_PAGE - 1,
};

// The area as it is stored, which may not be loaded yet.
#define STORED (*(const volatile uint32_t *)FLASH_OPTION_WRP1A)  // [none: FLASH_OPTION_WRP1A]

_Static_assert(BOOT_ADDR == FLASH_ADDR && BOOT_SIZE % FLASH_PAGE == 0, "whole pages");

// From the first page to the last; first above last: none is protected.
static bool is_free(uint32_t wrp) {
    return (wrp & FLASH_WRP1AR_STRT) > (wrp & FLASH_WRP1AR_END) >> FLASH_WRP1AR_END_SHIFT;
}

void chip_lock(uint32_t begin, uint32_t end) {
    (void)begin, (void)end;
    if (!is_free(STORED) || !is_free(FLASH_WRP1AR)) {
        return;
    }
    while (FLASH_SR & FLASH_SR_BUSY) {
    }
    FLASH_SR = FLASH_SR_ERRORS | FLASH_SR_EOP;
    if (FLASH_CR & FLASH_CR_LOCK) {
        FLASH_KEYR = FLASH_KEYR_KEY1;
        FLASH_KEYR = FLASH_KEYR_KEY2;
    }
    FLASH_OPTKEYR = FLASH_OPTKEYR_KEY1;
    FLASH_OPTKEYR = FLASH_OPTKEYR_KEY2;
    FLASH_WRP1AR = (FLASH_WRP1AR & ~(FLASH_WRP1AR_STRT | FLASH_WRP1AR_END)) |
            (uint32_t)LAST << FLASH_WRP1AR_END_SHIFT;
    FLASH_CR |= FLASH_CR_OPTSTRT;
    while (FLASH_SR & FLASH_SR_BUSY) {
    }
    FLASH_CR = FLASH_CR_LOCK | FLASH_CR_OPTLOCK;
}

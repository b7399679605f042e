// SPDX-License-Identifier: Apache-2.0
// How a page is erased: flash_whole.c or flash_parts.c.
#ifndef TN_PORT_NRF5X_FLASH_PRIV_H
#define TN_PORT_NRF5X_FLASH_PRIV_H

#include "chip.h"

static inline void nrf51_flash_wait(void) {
    while (!NVMC_READY) {
    }
}

// Erases the page at this address. CONFIG permits it already.
void nrf51_flash_erase(uint32_t addr);

#endif

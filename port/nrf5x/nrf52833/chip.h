// SPDX-License-Identifier: Apache-2.0
// nRF52833: 48 interrupts, one for each peripheral ID ("nRF52833 Product Specification", version
// 1.5, section 4.2.3, instantiation: 0 to 47).
#ifndef TN_PORT_CHIP_H
#define TN_PORT_CHIP_H

enum {
    CM_IRQS = 48,  // [irqs]
};

#include "nrf5x/nrf51.h"

// A page is erased in parts: flash_parts.c.
void nrf52_flash_erase(uint32_t addr);
#undef NVMC_ERASE
#define NVMC_ERASE(addr) nrf52_flash_erase(addr)

#endif

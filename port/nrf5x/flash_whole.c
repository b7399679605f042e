// SPDX-License-Identifier: Apache-2.0
// A page is erased at once. The core stands still meanwhile.
#include "flash_priv.h"

void nrf51_flash_erase(uint32_t addr) {
    NVMC_ERASE(addr);
    nrf51_flash_wait();
}

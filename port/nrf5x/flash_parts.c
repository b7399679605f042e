// SPDX-License-Identifier: Apache-2.0
// A page is erased in parts, and between two of them interrupts are served: the core never stands
// still for more than 10 ms, which leaves a Bluetooth connection alive.
//
// Source: Nordic, "nRF52840 Product Specification", version 1.1, section 4.3: the page is erased
// when its parts add up to tERASEPAGE, which is 85 ms (nRF52833: 87.5 ms). A part takes its
// duration and, as the specification of the nRF5340 says, the time to set it up.
#include "chip.h"

enum {
    PART_MS = 8,
    PARTS = 11,
};

void nrf52_flash_erase(uint32_t addr) {
    NVMC_PARTIALCFG = PART_MS;
    for (int i = 0; i < PARTS; i++) {
        NVMC_ERASEPARTIAL = addr;
        while (!NVMC_READY) {
        }
    }
    NVMC_PARTIALCFG = NVMC_PARTIALCFG_RESET;  // as the application finds it
}

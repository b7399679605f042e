// SPDX-License-Identifier: Apache-2.0
// The flash's caches of instructions and data, which keep what was read before it has changed.
//
// RM0090, "Adaptive real-time memory accelerator": a cache is emptied only while it is off. RM0351
// and RM0461, "Flash program and erase operations": off before an erase or a write, emptied behind
// it; ST's own library (stm32l4xx_hal_flash_ex.c) does so, too.
#include "chip.h"
#include "stm32.h"

enum {
    BOTH = FLASH_ACR_ICEN | FLASH_ACR_DCEN,  // [none: two fields of FLASH.ACR]
};

uint32_t stm32_caches_off(void) {
    uint32_t acr = FLASH_ACR;

    FLASH_ACR = acr & ~(uint32_t)BOTH;
    return acr;
}

void stm32_caches_on(uint32_t acr) {
    FLASH_ACR = (acr & ~(uint32_t)BOTH) | FLASH_ACR_ICRST | FLASH_ACR_DCRST;
    FLASH_ACR = acr & ~(uint32_t)BOTH;
    FLASH_ACR = acr;
}

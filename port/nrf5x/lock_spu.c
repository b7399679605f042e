// SPDX-License-Identifier: Apache-2.0
// The nRF5340's lock: the SPU's permissions of regions of 16 KiB of flash; only a reset clears it.
// "nRF5340 Product Specification", SPU, "Flash access control".
#include "chip.h"
#include "nrf5x.h"

// The regions stay secure: the application that runs is.
void chip_lock(uint32_t begin, uint32_t end) {
    for (uint32_t at = begin; at < end; at += SPU_FLASHREGION_SIZE) {
        SPU_FLASHREGION_PERM(at / SPU_FLASHREGION_SIZE) =
                SPU_PERM_EXECUTE | SPU_PERM_READ | SPU_PERM_SECURE | SPU_PERM_LOCK;
    }
}

bool chip_is_locked(uint32_t begin, uint32_t end) {
    bool is_locked = true;

    for (uint32_t at = begin; at < end; at += SPU_FLASHREGION_SIZE) {
        is_locked = is_locked &&
                SPU_FLASHREGION_PERM(at / SPU_FLASHREGION_SIZE) ==
                        (SPU_PERM_EXECUTE | SPU_PERM_READ | SPU_PERM_SECURE | SPU_PERM_LOCK);
    }
    return is_locked;
}

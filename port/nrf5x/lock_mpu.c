// SPDX-License-Identifier: Apache-2.0
// The nRF51's lock: a bit for each block of 4 KiB of flash; only a reset clears it.
#include "chip.h"
#include "nrf5x.h"

enum {
    BLOCK = 4096,
};

void chip_lock(uint32_t begin, uint32_t end) {
    for (uint32_t at = begin; at < end; at += BLOCK) {
        if (at / BLOCK < 32) {
            MPU_PROTENSET0 = 1u << at / BLOCK;
        } else {
            MPU_PROTENSET1 = 1u << (at / BLOCK - 32);
        }
    }
}

bool chip_is_locked(uint32_t begin, uint32_t end) {
    bool is_locked = true;

    for (uint32_t at = begin; at < end; at += BLOCK) {
        uint32_t bits = at / BLOCK < 32 ? MPU_PROTENSET0 : MPU_PROTENSET1;
        is_locked = is_locked && (bits >> at / BLOCK % 32 & 1);
    }
    return is_locked;
}

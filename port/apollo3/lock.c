// SPDX-License-Identifier: Apache-2.0
// The lock of the Apollo3 Blue: MCUCTRL.FLASHWPROT, a bit for each 16 KiB of flash; only a reset
// opens it.
#include "apollo3.h"
#include "registers.h"

enum {
    BLOCK = 0x4000,  // [none: bytes of flash for each bit]
};

void chip_lock(uint32_t begin, uint32_t end) {
    for (uint32_t at = begin; at < end; at += BLOCK) {
        MCUCTRL_FLASHWPROT(at / BLOCK / 32) = 1u << at / BLOCK % 32;
    }
}

bool chip_is_locked(uint32_t begin, uint32_t end) {
    bool is_locked = true;

    for (uint32_t at = begin; at < end; at += BLOCK) {
        is_locked = is_locked && !(MCUCTRL_FLASHWPROT(at / BLOCK / 32) >> at / BLOCK % 32 & 1);
    }
    return is_locked;
}

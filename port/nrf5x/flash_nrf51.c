// SPDX-License-Identifier: Apache-2.0
// Internal flash of the nRF51 (reference manual, chapter 6). src/flash has already checked
// bounds and alignment.
//
// The core stands still while the controller writes or erases, so that code may run from the
// same flash and READY is never seen to be 0 by it; it is asked for all the same, as the manual
// demands. A word may be written twice between erases.
#include <string.h>

#include "chip.h"
#include "nrf5x.h"

enum { WORD = 4 };

static void config(uint32_t mode) {
    NVMC_CONFIG = mode;
    while (!NVMC_READY) {
    }
}

static int read(const struct tn_flash *f, uint32_t off, void *buf, uint32_t len) {
    (void)f;
    memcpy(buf, (const void *)(uintptr_t)off, len);
    return 0;
}

static int prog(const struct tn_flash *f, uint32_t off, const void *buf, uint32_t len) {
    const uint8_t *p = buf;
    uint32_t word;

    (void)f;
    config(NVMC_CONFIG_WEN);
    for (uint32_t i = 0; i < len; i += WORD) {
        memcpy(&word, p + i, WORD);  // buf may be unaligned
        NRF5X_REG(off + i) = word;
        while (!NVMC_READY) {
        }
    }
    config(NVMC_CONFIG_REN);
    return 0;
}

static int erase(const struct tn_flash *f, uint32_t off) {
    (void)f;
    config(NVMC_CONFIG_EEN);
    NVMC_ERASE(off);
    while (!NVMC_READY) {
    }
    config(NVMC_CONFIG_REN);
    return 0;
}

const struct tn_flash_ops nrf51_flash_ops = {read, prog, erase};

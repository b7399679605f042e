// SPDX-License-Identifier: Apache-2.0
#include "flash.h"

#include <string.h>

#include "chip.h"

static void wait(void) {
    while (!NVMC_READY) {
    }
}

void flash_erase(uint32_t page) {
    NVMC_CONFIG = 2;
    wait();
    NVMC_ERASEPAGE = page;
    wait();
    NVMC_CONFIG = 0;
}

void flash_write(uint32_t addr, const void *data, size_t len) {
    const char *p = data;
    uint32_t word;

    NVMC_CONFIG = 1;
    wait();
    for (size_t i = 0; i < len; i += sizeof(word)) {
        memcpy(&word, p + i, sizeof(word));
        REG(addr + i) = word;
        wait();
    }
    NVMC_CONFIG = 0;
}

// SPDX-License-Identifier: Apache-2.0
// Internal flash of STM32F2 and STM32F4, with sectors of 16, 64 and 128 KiB. RM0090, "Embedded
// flash memory interface"; ST, PM0059 for the STM32F2. src/flash has already checked bounds and
// alignment.
//
// Words of 4 bytes, which need 2.7 V or more. Bits may be cleared again and again. The core stands
// still while the flash works: it executes from the same flash.
#include <string.h>

#include "base/err.h"
#include "chip.h"
#include "stm32.h"

enum {
    WORD = 4,
    FLASH = 0x08000000,  // [none: memory map]
    SMALL = 16 * 1024,   // sectors 0 to 3; 4 has 64 KiB
    LARGE = 128 * 1024,  // sectors 5 and up
    LAST_SMALL = 4,
};

static int read(const struct tn_flash *f, uint32_t off, void *buf, uint32_t len) {
    (void)f;
    memcpy(buf, (const void *)(uintptr_t)(FLASH + off), len);
    return 0;
}

// Waits for the operation. 0, or TN_EIO if the controller has refused or failed.
static int finish(void) {
    while (FLASH_SR & FLASH_SR_BUSY) {
    }
    return FLASH_SR & FLASH_SR_ERRORS ? TN_EIO : 0;
}

static uint32_t caches;  // while they are off

// Prepares an operation. TN_EIO: a wrong key has locked the controller until the next reset.
static int begin(uint32_t cr) {
    finish();
    caches = stm32_caches_off();
    FLASH_SR = FLASH_SR_ERRORS | FLASH_SR_EOP;  // of whoever was here before
    if (FLASH_CR & FLASH_CR_LOCK) {
        FLASH_KEYR = FLASH_KEYR_KEY1;
        FLASH_KEYR = FLASH_KEYR_KEY2;
    }
    FLASH_CR = cr;
    return FLASH_CR & FLASH_CR_LOCK ? TN_EIO : 0;
}

static void end(void) {
    FLASH_SR = FLASH_SR_EOP;
    FLASH_CR = FLASH_CR_LOCK;
    stm32_caches_on(caches);
}

static int prog(const struct tn_flash *f, uint32_t off, const void *buf, uint32_t len) {
    const uint8_t *p = buf;
    uint32_t word;
    int err = begin(FLASH_CR_PG | FLASH_CR_PSIZE_32);

    (void)f;
    for (uint32_t i = 0; i < len && !err; i += WORD) {
        memcpy(&word, p + i, WORD);  // buf may be unaligned
        STM32_REG(FLASH + off + i) = word;
        err = finish();
    }
    end();
    return err;
}

static uint32_t sector_of(uint32_t off) {
    return off < LARGE ? (off / SMALL < LAST_SMALL ? off / SMALL : LAST_SMALL)
                       : LAST_SMALL + off / LARGE;
}

static int erase(const struct tn_flash *f, uint32_t off) {
    uint32_t cr = FLASH_CR_SER | FLASH_CR_SNB(sector_of(off)) | FLASH_CR_PSIZE_32;
    int err = begin(cr);

    (void)f;
    if (!err) {
        FLASH_CR = cr | FLASH_CR_STRT;
        err = finish();
    }
    end();
    return err;
}

const struct tn_flash_ops stm32_flash_f4_ops = {read, prog, erase};

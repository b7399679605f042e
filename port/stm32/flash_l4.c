// SPDX-License-Identifier: Apache-2.0
// Internal flash of STM32L4 and STM32WL. RM0351 section 3.3, RM0461 section 3.3. src/flash has
// already checked bounds and alignment.
//
// A double word of 8 bytes is written once, for its ECC is written with it; only zeros may follow.
// The controller refuses anything else (PROGERR). A cut write or erase may leave double words whose
// ECC does not fit. A read of one raises an NMI: here the read then fails.
#include <string.h>

#include "base/err.h"
#include "chip.h"
#include "stm32.h"

#include "cortexm/cortexm.h"

enum {
    DOUBLE_WORD = 8,
    FLASH = 0x08000000,
};

static volatile bool reading;  // by the driver
static volatile bool is_bad;   // what was read

// The data cache keeps what was read before the flash has changed, or before its ECC was found
// wrong.
static void forget_cached(void) {
    uint32_t acr = FLASH_ACR;

    if (acr & FLASH_ACR_DCEN) {
        FLASH_ACR = acr & ~FLASH_ACR_DCEN;
        FLASH_ACR = (acr & ~FLASH_ACR_DCEN) | FLASH_ACR_DCRST;
        FLASH_ACR = acr;
    }
}

// Damage that the driver did not read is the running program's: an instruction, or its data.
void stm32_flash_nmi(void) {
    if (!reading || !(FLASH_ECCR & FLASH_ECCR_ECCD)) {
        cm_unexpected();
    }
    FLASH_ECCR |= FLASH_ECCR_ECCD;
    forget_cached();
    is_bad = true;
}

static int read(const struct tn_flash *f, uint32_t off, void *buf, uint32_t len) {
    (void)f;
    is_bad = false;
    reading = true;
    memcpy(buf, (const void *)(uintptr_t)(FLASH + off), len);
    __asm__ volatile("dsb\n\tisb" ::: "memory");  // the NMI has come
    reading = false;
    return is_bad ? TN_EIO : 0;
}

// Waits for the operation. 0, or TN_EIO if the controller has refused or failed.
static int finish(void) {
    while (FLASH_SR & FLASH_SR_BUSY) {
    }
    return FLASH_SR & FLASH_SR_ERRORS ? TN_EIO : 0;
}

// Prepares an operation. TN_EIO: a wrong key has locked the controller until the next reset.
static int begin(uint32_t cr) {
    finish();
    FLASH_SR =
            FLASH_SR_ERRORS | FLASH_SR_EOP;  // of whoever was here before: they stop any operation
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
    forget_cached();
}

static int prog(const struct tn_flash *f, uint32_t off, const void *buf, uint32_t len) {
    const uint8_t *p = buf;
    uint32_t words[2];
    int err = begin(FLASH_CR_PG);

    (void)f;
    for (uint32_t i = 0; i < len && !err; i += DOUBLE_WORD) {
        memcpy(words, p + i, DOUBLE_WORD);  // buf may be unaligned
        STM32_REG(FLASH + off + i) = words[0];
        STM32_REG(FLASH + off + i + 4) = words[1];
        err = finish();
    }
    end();
    return err;
}

static int erase(const struct tn_flash *f, uint32_t off) {
    uint32_t page = off / FLASH_PAGE;
    uint32_t cr = FLASH_CR_PER | FLASH_CR_PNB(page % FLASH_BANK_PAGES) |
            (page < FLASH_BANK_PAGES ? 0 : FLASH_CR_BKER);
    int err = begin(cr);

    (void)f;
    if (!err) {
        FLASH_CR = cr | FLASH_CR_STRT;
        err = finish();
    }
    end();
    return err;
}

const struct tn_flash_ops stm32_flash_l4_ops = {read, prog, erase};

// SPDX-License-Identifier: Apache-2.0
// Internal flash of the Apollo3 Blue, by functions of its ROM. src/flash has already checked bounds
// and alignment.
//
// A bit may be cleared once between erases: a bit that is 0 already is programmed as 1 (AmbiqSuite,
// hal/am_hal_flash.c, am_hal_flash_clear_bits). The ROM runs while the flash works, so that
// interrupts must wait: their vectors lie in flash.
#include <string.h>

#include "apollo3.h"
#include "base/err.h"
#include "registers.h"

enum { WORD = 4 };

static uint32_t mask_interrupts(void) {
    uint32_t primask;

    __asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(primask)::"memory");
    return primask;
}

static void unmask_interrupts(uint32_t primask) {
    __asm__ volatile("msr primask, %0" ::"r"(primask) : "memory");
}

// In a line of the flash of its own: nothing is fetched while it waits.
__attribute__((noinline, aligned(16))) static void wake(void) {
    FLASH_WAKE = FLASH_WAKE_KEY;
    ROM_DELAY_CYCLES(
            CLKGEN_FREQCTRL & CLKGEN_FREQCTRL_BURSTS ? 2 * FLASH_WAKE_ROUNDS : FLASH_WAKE_ROUNDS);
}

// An application may have switched the cache on: it shall not answer with what was there before.
static void forget_cache(void) {
    if (CACHECTRL_CACHECFG & CACHECTRL_CACHECFG_ENABLE) {
        CACHECTRL_CTRL = CACHECTRL_CTRL_INVALIDATE;
        while (!(CACHECTRL_CTRL & CACHECTRL_CTRL_READY)) {
        }
    }
}

static int read(const struct tn_flash *f, uint32_t off, void *buf, uint32_t len) {
    (void)f;
    memcpy(buf, (const void *)(uintptr_t)off, len);
    return 0;
}

static int prog_word(uint32_t off, uint32_t word) {
    uint32_t *to = (uint32_t *)(uintptr_t)off;
    uint32_t bits = word | ~*to;
    uint32_t primask = mask_interrupts();

    wake();
    int rc = ROM_PROGRAM_MAIN(ROM_PROGRAM_KEY, &bits, to, 1);
    unmask_interrupts(primask);
    return rc ? TN_EIO : 0;
}

static int prog(const struct tn_flash *f, uint32_t off, const void *buf, uint32_t len) {
    const uint8_t *p = buf;
    uint32_t word;
    int err = 0;

    (void)f;
    for (uint32_t i = 0; i < len && !err; i += WORD) {
        memcpy(&word, p + i, WORD);  // buf may be unaligned
        err = prog_word(off + i, word);
    }
    forget_cache();
    return err;
}

static int erase(const struct tn_flash *f, uint32_t off) {
    uint32_t primask = mask_interrupts();

    (void)f;
    wake();
    int rc = ROM_PAGE_ERASE(
            ROM_PROGRAM_KEY, off / ROM_INSTANCE_SIZE, off % ROM_INSTANCE_SIZE / ROM_PAGE_SIZE);
    unmask_interrupts(primask);
    forget_cache();
    return rc ? TN_EIO : 0;
}

const struct tn_flash_ops apollo3_flash_ops = {read, prog, erase};

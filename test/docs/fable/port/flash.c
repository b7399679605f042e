// SPDX-License-Identifier: Apache-2.0
// The Fable's flash controller (manual, "Flash"): unlock, program double words or erase a sector,
// lock. The core stands still meanwhile.
#include <string.h>

#include "base/err.h"
#include "fable.h"

#define KEY FABLE_REG(0x40001000)
#define CTRL FABLE_REG(0x40001004)
#define ERASE_ADDR FABLE_REG(0x40001008)
#define STATUS FABLE_REG(0x4000100c)

enum {
    KEY_1 = 0x0fab1e01,
    KEY_2 = 0x0fab1e02,
    CTRL_PROGRAM = 1,
    CTRL_ERASE = 2,
    STATUS_ERROR = 1,
    UNIT = 8,
};

static int read(const struct tn_flash *f, uint32_t off, void *buf, uint32_t len) {
    (void)f;
    memcpy(buf, (const void *)(uintptr_t)off, len);
    return 0;
}

static void unlock(uint32_t mode) {
    KEY = KEY_1;
    KEY = KEY_2;
    STATUS = STATUS_ERROR;
    CTRL = mode;
}

static int lock(void) {
    int err = STATUS & STATUS_ERROR ? TN_EIO : 0;

    CTRL = 0;
    KEY = 0;
    return err;
}

static int prog(const struct tn_flash *f, uint32_t off, const void *buf, uint32_t len) {
    (void)f;
    unlock(CTRL_PROGRAM);
    for (uint32_t i = 0; i < len; i += UNIT) {
        uint32_t words[2];
        memcpy(words, (const uint8_t *)buf + i, UNIT);  // buf may be unaligned
        FABLE_REG(off + i) = words[0];
        FABLE_REG(off + i + 4) = words[1];
    }
    return lock();
}

static int erase(const struct tn_flash *f, uint32_t off) {
    (void)f;
    unlock(CTRL_ERASE);
    ERASE_ADDR = off;
    return lock();
}

const struct tn_flash_ops fable_flash_ops = {read, prog, erase};

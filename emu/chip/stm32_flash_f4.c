// SPDX-License-Identifier: Apache-2.0
// The flash controller of STM32F2 and STM32F4. Sources: ST, RM0090 chapter 3, PM0059 (STM32F2).
//
// The core stands still while the flash works. The times are the data sheets' typical ones at 3.3
// V.
#include "emu/core/emu.h"
#include "stm32_priv.h"

enum {
    // [registers FLASH]
    ACR = 0x00,
    KEYR = 0x04,
    OPTKEYR = 0x08,
    SR = 0x0c,
    CR = 0x10,
    ACR_ICEN = 1 << 9,
    ACR_DCEN = 1 << 10,
    ACR_ICRST = 1 << 11,
    ACR_DCRST = 1 << 12,
    SR_EOP = 1 << 0,
    SR_PGAERR = 1 << 5,
    SR_PGPERR = 1 << 6,
    SR_PGSERR = 1 << 7,
    SR_ERRORS = 0xf2,  // [FLASH.SR.OPERR+WRPERR+PGAERR+PGPERR+PGSERR]
    CR_PG = 1 << 0,
    CR_SER = 1 << 1,
    CR_MER = 1 << 2,
    CR_SNB = 15 << 3,
    CR_SNB_BIT = 3,  // [FLASH.CR.SNB bit]
    CR_PSIZE = 3 << 8,
    CR_PSIZE_32 = 2 << 8,  // [FLASH.CR.PSIZE=2]
    CR_STRT = 1 << 16,
    CR_CHANGES = 0x0301037f,  // what a program may set while it is unlocked [FLASH.CR fields]
};
// [registers FLASH]
#define CR_LOCK (1u << 31)
#define KEY1 0x45670123u  // [manual: RM0090, "Unlocking the Flash control register"]
#define KEY2 0xcdef89abu  // [manual: RM0090, "Unlocking the Flash control register"]

enum {
    PROGRAM_US = 16,
    KIB = 1024,
};

struct flash {
    uint32_t acr, sr, cr;
    uint32_t stale;         // ACR_ICRST, ACR_DCRST: the cache has what was read before an operation
    bool has_key1, jammed;  // until the next reset
};

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e, (void)cause;
    *(struct flash *)state = (struct flash){.cr = CR_LOCK};
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct flash *f = state;

    (void)e, (void)size;
    return off == ACR ? f->acr : off == SR ? f->sr : off == CR ? f->cr : 0;
}

static void fail(struct tn_emu *e, struct flash *f, uint32_t error) {
    f->sr |= error;
    tn_emu_flash_refuse(e);
}

// Any wrong key, and a key while the controller is open, locks it until the next reset.
static void store_key(struct tn_emu *e, struct flash *f, uint32_t value) {
    if (f->jammed || !(f->cr & CR_LOCK) || value != (f->has_key1 ? KEY2 : KEY1)) {
        f->jammed = true;
        f->cr |= CR_LOCK;
        tn_emu_flash_refuse(e);
    } else if (f->has_key1) {
        f->has_key1 = false;
        f->cr &= ~CR_LOCK;
    } else {
        f->has_key1 = true;
    }
}

// Erases the sector of this number, if the chip has it.
static void erase(struct tn_emu *e, struct flash *f, uint32_t number) {
    uint32_t begin = 0, size = 0;

    for (uint32_t i = 0; i <= number; i++) {
        begin += size;
        if (begin >= e->chip->flash_size) {
            fail(e, f, SR_PGSERR);
            return;
        }
        tn_emu_sector_at(e->chip, begin, &begin, &size);
    }
    if (tn_emu_flash_erase(e, begin)) {
        f->stale = ACR_ICRST | ACR_DCRST;
        tn_emu_stall(e, size == 16 * KIB ? 250000 : size == 64 * KIB ? 550000 : 1000000);
        f->sr |= SR_EOP;
    }
}

static void store_cr(struct tn_emu *e, struct flash *f, uint32_t value) {
    if (f->cr & CR_LOCK) {
        if (value != f->cr) {
            tn_emu_flash_refuse(e);
        }
        return;
    }
    f->cr = value & (CR_CHANGES | CR_LOCK);
    tn_emu_flash_begin_call(e);
    if (!(f->cr & CR_STRT)) {
        return;
    }
    f->cr &= ~(uint32_t)CR_STRT;
    if ((f->cr & (CR_PG | CR_SER | CR_MER)) != CR_SER || (f->sr & SR_ERRORS)) {
        fail(e, f, SR_PGSERR);  // also a mass erase, which is not modelled
    } else {
        erase(e, f, (f->cr & CR_SNB) >> CR_SNB_BIT);
    }
}

// A cache is emptied while it is off. One that is switched on after an erase or a write, and was
// not emptied, shows what is no longer there.
static void store_acr(struct tn_emu *e, struct flash *f, uint32_t value) {
    f->stale &= ~(f->acr & ACR_ICEN ? 0 : value & ACR_ICRST);
    f->stale &= ~(f->acr & ACR_DCEN ? 0 : value & ACR_DCRST);
    if ((value & ACR_ICEN && f->stale & ACR_ICRST) || (value & ACR_DCEN && f->stale & ACR_DCRST)) {
        tn_emu_flash_refuse(e);
    }
    f->acr = value;
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct flash *f = state;

    (void)size;
    switch (off) {
    case ACR:
        store_acr(e, f, value);
        break;
    case KEYR:
        store_key(e, f, value);
        break;
    case SR:
        f->sr &= ~value;
        break;
    case CR:
        store_cr(e, f, value);
        break;
    case OPTKEYR:  // option bytes are not modelled: no loader changes them
        tn_emu_flash_refuse(e);
        break;
    default:
        break;
    }
}

static void store_flash(
        struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct flash *f = state;

    if ((f->cr & (CR_PG | CR_SER)) != CR_PG || (f->sr & SR_ERRORS)) {
        fail(e, f, SR_PGSERR);
    } else if (size != 4 || (f->cr & CR_PSIZE) != CR_PSIZE_32) {  // others are not modelled
        fail(e, f, SR_PGPERR);
    } else if (off % 4) {
        fail(e, f, SR_PGAERR);
    } else if (tn_emu_flash_program(e, off, &value)) {
        f->stale = ACR_ICRST | ACR_DCRST;
        tn_emu_stall(e, PROGRAM_US);
        f->sr |= SR_EOP;
    }
}

const struct tn_emu_device tn_emu_stm32f4_flash = {
        .name = "FLASH",
        .base = 0x40023c00,
        .size = 0x400,
        .state_size = sizeof(struct flash),
        .reset = reset,
        .load = load,
        .store = store,
        .store_flash = store_flash,
};

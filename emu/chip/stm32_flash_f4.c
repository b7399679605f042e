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
    OPTCR = 0x14,
    OPTCR_OPTLOCK = 1 << 0,
    OPTCR_OPTSTRT = 1 << 1,
    OPTCR_NWRP_BIT = 16,  // [FLASH.OPTCR.NWRP bit]
    SR_WRPERR = 1 << 4,
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
#define KEY1 0x45670123u             // [manual: RM0090, "Unlocking the Flash control register"]
#define OPTKEY1 0x08192a3bu          // [manual: RM0090, "Programming user option bytes"]
#define OPTKEY2 0x4c5d6e7fu          // [manual: RM0090, "Programming user option bytes"]
#define OPTCR_DELIVERED 0x0fffaaedu  // [FLASH.OPTCR reset of stm32f446]
#define KEY2 0xcdef89abu             // [manual: RM0090, "Unlocking the Flash control register"]

enum {
    PROGRAM_US = 16,
    OPTION_US = 10000,
    KIB = 1024,
    OTP_LOCKS = 512,  // behind the blocks [none: offset in OTP]
    OTP_BLOCK = 32,
};

struct flash {
    uint32_t acr, sr, cr;
    uint32_t stale;         // ACR_ICRST, ACR_DCRST: the cache has what was read before an operation
    bool has_key1, jammed;  // until the next reset
    uint32_t optcr;
    bool has_optkey1, opt_jammed;
};

// Option bytes as delivered: nothing is protected.
static void power_on(struct tn_emu *e, void *state) {
    (void)state;
    if (!e->has_options) {
        e->options[0] = OPTCR_DELIVERED & ~(uint32_t)OPTCR_OPTLOCK;
        e->has_options = true;
    }
}

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)cause;
    *(struct flash *)state = (struct flash){.cr = CR_LOCK, .optcr = e->options[0] | OPTCR_OPTLOCK};
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct flash *f = state;

    (void)e, (void)size;
    return off == ACR      ? f->acr
            : off == SR    ? f->sr
            : off == CR    ? f->cr
            : off == OPTCR ? f->optcr
                           : 0;
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

// ---- Option bytes ----------------------------------------------------------------------

static void store_optkey(struct tn_emu *e, struct flash *f, uint32_t value) {
    if (f->opt_jammed || !(f->optcr & OPTCR_OPTLOCK) ||
            value != (f->has_optkey1 ? OPTKEY2 : OPTKEY1)) {
        f->opt_jammed = true;
        f->optcr |= OPTCR_OPTLOCK;
        tn_emu_flash_refuse(e);
    } else if (f->has_optkey1) {
        f->has_optkey1 = false;
        f->optcr &= ~(uint32_t)OPTCR_OPTLOCK;
    } else {
        f->has_optkey1 = true;
    }
}

// OPTSTRT takes the register over, for good and at once.
static void store_optcr(struct tn_emu *e, struct flash *f, uint32_t value) {
    if (f->optcr & OPTCR_OPTLOCK) {
        tn_emu_flash_refuse(e);
        return;
    }
    f->optcr = value & ~(uint32_t)OPTCR_OPTSTRT;
    if (value & OPTCR_OPTSTRT) {
        e->options[0] = f->optcr & ~(uint32_t)OPTCR_OPTLOCK;
        e->option_writes++;
        tn_emu_stall(e, OPTION_US);
    }
}

// ---- OTP -------------------------------------------------------------------------------

// "One-time programmable bytes": 16 blocks of 32 bytes, and behind them a byte for each, which is
// 0x00 for a block that is locked, and else 0xff. The model takes one write of a word.
static bool is_locked(const struct tn_emu *e, uint32_t at) {
    const uint8_t *otp = e->flash + e->chip->flash_size;

    return at < OTP_LOCKS && otp[OTP_LOCKS + at / OTP_BLOCK] == 0;
}

static bool are_locks(uint32_t value) {
    for (; value; value >>= 8) {
        if ((value & 0xff) != 0xff && (value & 0xff) != 0) {
            return false;
        }
    }
    return true;
}

static bool takes_otp(const struct tn_emu *e, uint32_t at, uint32_t value) {
    return at < OTP_LOCKS ? e->writes[(e->chip->flash_size + at) / 4] == 0 : are_locks(value);
}

// ----------------------------------------------------------------------------------------

static bool is_protected(const struct tn_emu *e, unsigned sector) {
    return !(e->options[0] >> OPTCR_NWRP_BIT >> sector & 1);
}

static unsigned sector_at(const struct tn_emu *e, uint32_t off) {
    uint32_t begin, size;
    unsigned n = 0;

    for (uint32_t at = 0; at < off; at = begin + size, n++) {
        tn_emu_sector_at(e->chip, at, &begin, &size);
        if (off < begin + size) {
            break;
        }
    }
    return n;
}

// ---- Sectors ---------------------------------------------------------------------------

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
    if (is_protected(e, number)) {
        fail(e, f, SR_WRPERR);
    } else if (tn_emu_flash_erase(e, begin)) {
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
    case OPTKEYR:
        store_optkey(e, f, value);
        break;
    case OPTCR:
        store_optcr(e, f, value);
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
    } else if (off < e->chip->flash_size ? is_protected(e, sector_at(e, off))
                                         : is_locked(e, off - e->chip->flash_size)) {
        fail(e, f, SR_WRPERR);
    } else if (off >= e->chip->flash_size && !takes_otp(e, off - e->chip->flash_size, value)) {
        fail(e, f, SR_PGSERR);
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
        .power_on = power_on,
        .reset = reset,
        .load = load,
        .store = store,
        .store_flash = store_flash,
};

// SPDX-License-Identifier: Apache-2.0
// The flash controller of STM32L4 and STM32WL. Sources: ST, RM0351 section 3.3 and RM0461 section
// 3.3 (operation), "FLASH registers" of both.
//
// The core stands still while a bank works that it executes from. The times are the data sheets'
// typical ones.
#include "emu/core/emu.h"
#include "stm32_priv.h"

enum {
    // [registers FLASH]
    ACR = 0x00,
    KEYR = 0x08,
    OPTKEYR = 0x0c,
    SR = 0x10,
    CR = 0x14,
    ECCR = 0x18,
    OPTR = 0x20,
    WRP1AR = 0x2c,
    WRP1A_STRT = 0x7f,   // [FLASH.WRP1AR.WRP1A_STRT of stm32w*]; the L4 has a bit more
    WRP1A_END_BIT = 16,  // [FLASH.WRP1AR.WRP1A_END bit]
    SR_WRPERR = 1 << 4,
    ACR_AT_RESET = 0x600,   // [FLASH.ACR reset]
    ACR_MASK = 0x7f07,      // [FLASH.ACR fields of stm32l476]
    WL_ACR_MASK = 0x19f07,  // [FLASH.ACR fields of stm32wle5]
    ACR_ICEN = 1 << 9,
    ACR_DCEN = 1 << 10,
    ACR_ICRST = 1 << 11,
    ACR_DCRST = 1 << 12,
    SR_EOP = 1 << 0,
    SR_PROGERR = 1 << 3,
    SR_PGAERR = 1 << 5,
    SR_SIZERR = 1 << 6,
    SR_PGSERR = 1 << 7,
    SR_ERRORS = 0xc3fa,  // [FLASH.SR fields]
    SR_BSY = 1 << 16,
    CR_PG = 1 << 0,
    CR_PER = 1 << 1,
    CR_MER1 = 1 << 2,       // [FLASH.CR.MER1 of stm32l476; FLASH.CR.MER]
    CR_BKER = 1 << 11,      // [FLASH.CR.BKER of stm32l476]
    CR_MER2 = 1 << 15,      // [FLASH.CR.MER2 of stm32l476]
    CR_STRT = 1 << 16,      // [FLASH.CR.START of stm32l476; FLASH.CR.STRT]
    CR_PNB_BIT = 3,         // [FLASH.CR.PNB bit]
    CR_L4_PNB = 0xff << 3,  // [FLASH.CR.PNB of stm32l476]
    CR_WL_PNB = 0x7f << 3,  // [FLASH.CR.PNB of stm32wle5]
    CR_OPTSTRT = 1 << 17,
    CR_FSTPG = 1 << 18,
    ECCR_ADDR = 0x7ffff,     // [FLASH.ECCR.ADDR_ECC of stm32l476]
    WL_ECCR_ADDR = 0x1ffff,  // [FLASH.ECCR.ADDR_ECC of stm32wle5]
};
// [registers FLASH]
#define CR_LOCK (1u << 31)
#define CR_OPTLOCK (1u << 30)
// What a program may set while it is unlocked.
#define CR_CHANGES 0x0f078fffu     // [FLASH.CR fields of stm32l476]
#define WL_CR_CHANGES 0x0f0703ffu  // [FLASH.CR fields of stm32wle5]
#define ECCR_ECCD (1u << 31)
#define ECCR_ECCC (1u << 30)
#define ECCR_ECCCIE (1u << 24)  // [FLASH.ECCR.ECCIE of stm32l476; FLASH.ECCR.ECCCIE]
#define KEY1 0x45670123u        // [manual: RM0351 and RM0461, "Flash program and erase operations"]
#define KEY2 0xcdef89abu        // [manual: RM0351 and RM0461, "Flash program and erase operations"]
#define OPTKEY1 0x08192a3bu     // [manual: RM0351 and RM0461, "Option bytes programming"]
#define OPTKEY2 0x4c5d6e7fu     // [manual: RM0351 and RM0461, "Option bytes programming"]
#define L4_WRP1AR                                                                                  \
    0xff00ffffu  // as delivered: none [manual: RM0351, "Flash WRP1 area A address register"]
#define WL_WRP1AR 0xff80ffffu  // [FLASH.WRP1AR reset of stm32w*]
#define L4_OPTR 0xffeff8aau    // as delivered [manual: RM0351, "Option bytes description"]
#define WL_OPTR 0x3ffff0aau    // as delivered [FLASH.OPTR reset of stm32w*]

enum {
    UNIT = 8,
    PAGE = 2048,
    L4_BANK = 512 * 1024,  // bytes; the WL has one bank
    PROGRAM_US = 82,
    ERASE_US = 22020,
};

struct flash {
    uint32_t acr, sr, cr, eccr;
    uint32_t stale;         // ACR_ICRST, ACR_DCRST: the cache has what was read before an operation
    bool has_key1, jammed;  // until the next reset
    bool has_first;         // the first word of a double word
    uint32_t first_off, first;
    uint64_t busy_until;
    bool has_optkey1;
    uint32_t wrp;     // WRP1AR, as a program has set it
    uint32_t loaded;  // as the chip goes by since the last power-on or OBL_LAUNCH
};

static bool is_wl(const struct tn_emu *e);

static void power_on(struct tn_emu *e, void *state) {
    struct flash *f = state;

    if (!e->has_options) {
        e->options[0] = is_wl(e) ? WL_WRP1AR : L4_WRP1AR;
        e->has_options = true;
    }
    f->loaded = e->options[0];
}

static bool is_wl(const struct tn_emu *e) {
    return e->chip->flash_size < L4_BANK;
}

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    struct flash *f = state;

    (void)e, (void)cause;
    *f = (struct flash){
            .acr = ACR_AT_RESET, .cr = CR_LOCK | CR_OPTLOCK, .loaded = f->loaded, .wrp = f->loaded};
}

static uint32_t bank_of(const struct tn_emu *e, uint32_t off) {
    return is_wl(e) ? 0 : off / L4_BANK;
}

// The flash works for us. A program in the other bank or in RAM goes on; it is slow to emulate one
// that waits, which only matters where the whole chip runs.
static void work(struct tn_emu *e, struct flash *f, uint32_t off, uint32_t us) {
    uint32_t pc_off = tn_emu_reg(e, TN_EMU_PC) - e->chip->flash_base;
    bool in_flash = pc_off < e->chip->flash_size;

    if (!e->whole || (in_flash && bank_of(e, pc_off) == bank_of(e, off))) {
        tn_emu_stall(e, us);
    } else {
        f->busy_until = tn_emu_us(e) + us;
    }
    f->sr |= SR_EOP;
    f->stale = ACR_ICRST | ACR_DCRST;
}

static bool is_busy(struct tn_emu *e, const struct flash *f) {
    return tn_emu_us(e) < f->busy_until;
}

// An access while the flash works waits.
static void wait(struct tn_emu *e, struct flash *f) {
    if (is_busy(e, f)) {
        tn_emu_stall(e, f->busy_until - tn_emu_us(e));
    }
}

static void fail(struct tn_emu *e, struct flash *f, uint32_t error) {
    f->sr |= error;
    f->has_first = false;
    tn_emu_flash_refuse(e);
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct flash *f = state;

    (void)size;
    switch (off) {
    case ACR:
        return f->acr;
    case SR:
        return f->sr | (is_busy(e, f) ? SR_BSY : 0);
    case CR:
        return f->cr;
    case ECCR:
        return f->eccr;
    case WRP1AR:
        return f->wrp;
    case OPTR:
        return is_wl(e) ? WL_OPTR : L4_OPTR;
    default:
        return 0;
    }
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

// ---- Option bytes: area WRP1A ----------------------------------------------------------

// The keys that unlock them, while the controller is open.
static void store_optkey(struct tn_emu *e, struct flash *f, uint32_t value) {
    if (f->cr & CR_LOCK || !(f->cr & CR_OPTLOCK) || value != (f->has_optkey1 ? OPTKEY2 : OPTKEY1)) {
        tn_emu_flash_refuse(e);
    } else if (f->has_optkey1) {
        f->has_optkey1 = false;
        f->cr &= ~CR_OPTLOCK;
    } else {
        f->has_optkey1 = true;
    }
}

// Stores the options for good. They are loaded at the next power-on.
static void store_options(struct tn_emu *e, struct flash *f) {
    if (f->cr & CR_OPTLOCK) {
        tn_emu_flash_refuse(e);
        return;
    }
    e->options[0] = f->wrp;
    e->option_writes++;
    tn_emu_stall(e, ERASE_US);
}

static bool is_protected(const struct tn_emu *e, const struct flash *f, uint32_t off) {
    uint32_t mask = is_wl(e) ? WRP1A_STRT : 2 * WRP1A_STRT + 1;
    uint32_t first = f->loaded & mask, last = f->loaded >> WRP1A_END_BIT & mask;

    return off < L4_BANK && off / PAGE >= first && off / PAGE <= last;
}

static void erase_page(struct tn_emu *e, struct flash *f) {
    uint32_t page = (f->cr & (is_wl(e) ? CR_WL_PNB : CR_L4_PNB)) >> CR_PNB_BIT;
    uint32_t bank = !is_wl(e) && (f->cr & CR_BKER) ? L4_BANK : 0;

    if (is_protected(e, f, bank + page * PAGE)) {
        fail(e, f, SR_WRPERR);
    } else if (tn_emu_flash_erase(e, bank + page * PAGE)) {
        work(e, f, bank + page * PAGE, ERASE_US);
    }
}

static void store_cr(struct tn_emu *e, struct flash *f, uint32_t value) {
    wait(e, f);
    if (f->cr & CR_LOCK) {
        if ((value | CR_OPTLOCK) != (f->cr | CR_OPTLOCK)) {
            tn_emu_flash_refuse(e);
        }
        return;
    }
    f->cr = (value & ((is_wl(e) ? WL_CR_CHANGES : CR_CHANGES) | CR_LOCK)) |
            ((f->cr | value) & CR_OPTLOCK);
    f->has_first = false;
    tn_emu_flash_begin_call(e);
    if (f->cr & CR_OPTSTRT) {
        f->cr &= ~(uint32_t)CR_OPTSTRT;
        store_options(e, f);
    }
    if (!(f->cr & CR_STRT)) {
        return;
    }
    f->cr &= ~(uint32_t)CR_STRT;
    if ((f->cr & (CR_PG | CR_PER | CR_MER1 | CR_MER2 | CR_FSTPG)) != CR_PER ||
            (f->sr & SR_ERRORS)) {
        fail(e, f, SR_PGSERR);  // also a mass erase, which is not modelled
    } else {
        erase_page(e, f);
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
        store_acr(e, f, value & (is_wl(e) ? WL_ACR_MASK : ACR_MASK));
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
    case ECCR:
        f->eccr &= ~(value & (ECCR_ECCD | ECCR_ECCC));
        f->eccr = (f->eccr & ~ECCR_ECCCIE) | (value & ECCR_ECCCIE);
        break;
    case OPTKEYR:
        store_optkey(e, f, value);
        break;
    case WRP1AR:
        if (f->cr & CR_OPTLOCK) {
            tn_emu_flash_refuse(e);
        } else {
            f->wrp = value;
        }
        break;
    default:
        break;
    }
}

// A double word that has been written takes zeros only; in OTP, nothing ("Flash module
// organization", OTP area).
static void program(struct tn_emu *e, struct flash *f, const uint32_t words[2]) {
    uint32_t off = f->first_off;

    if (is_protected(e, f, off)) {
        fail(e, f, SR_WRPERR);
    } else if (e->writes[off / UNIT] && (off >= e->chip->flash_size || (words[0] | words[1]))) {
        fail(e, f, SR_PROGERR);
    } else if (tn_emu_flash_program(e, off, words)) {
        work(e, f, off, PROGRAM_US);
    }
}

static void store_flash(
        struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct flash *f = state;
    uint32_t words[2] = {f->first, value};

    wait(e, f);
    if (!(f->cr & CR_PG) || (f->cr & (CR_PER | CR_FSTPG)) || (f->sr & SR_ERRORS)) {
        fail(e, f, SR_PGSERR);
    } else if (size != 4) {
        fail(e, f, SR_SIZERR);
    } else if (off % UNIT != (f->has_first ? 4 : 0) || (f->has_first && off != f->first_off + 4)) {
        fail(e, f, SR_PGAERR);
    } else if (!f->has_first) {
        f->has_first = true;
        f->first_off = off;
        f->first = value;
    } else {
        f->has_first = false;
        program(e, f, words);
    }
}

static void load_bad(struct tn_emu *e, void *state, uint32_t off) {
    struct flash *f = state;

    uint32_t addr = is_wl(e) ? WL_ECCR_ADDR : ECCR_ADDR;

    if (!(f->eccr & ECCR_ECCD)) {
        f->eccr = (f->eccr & ~addr) | ECCR_ECCD | (off & ~(uint32_t)(UNIT - 1) & addr);
    }
    tn_emu_nmi(e);
}

#define FLASH(chip, at)                                                                            \
    const struct tn_emu_device tn_emu_##chip##_flash = {                                           \
            .name = "FLASH",                                                                       \
            .base = at,                                                                            \
            .size = 0x400,                                                                         \
            .state_size = sizeof(struct flash),                                                    \
            .power_on = power_on,                                                                  \
            .reset = reset,                                                                        \
            .load = load,                                                                          \
            .store = store,                                                                        \
            .store_flash = store_flash,                                                            \
            .load_bad = load_bad,                                                                  \
    }

FLASH(stm32l4, 0x40022000);
FLASH(stm32wl, 0x58004000);

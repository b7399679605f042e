// SPDX-License-Identifier: Apache-2.0
// RSTGEN, CLKGEN, CACHECTRL, MCUCTRL, PWRCTRL and WDT of the Apollo3 Blue. Source: the crate
// ambiq-apollo3-pac 0.1.0; AmbiqSuite, mcu/apollo3/hal/am_hal_reset.c and am_hal_wdt.c.
//
// Ambiq's loader in the first 48 KiB of flash is not modelled: a reset starts the program at
// 0xc000 with PROTLOCK still set.
#include "apollo3_priv.h"
#include "emu/core/emu.h"

// ---- RSTGEN ----------------------------------------------------------------------------

// [registers RSTGEN]
enum {
    CFG = 0x000,
    SWPOI = 0x004,
    SWPOR = 0x008,
    SWPOI_KEY = 0x1b,  // [RSTGEN.SWPOI.SWPOIKEY=KEYVALUE]
    SWPOR_KEY = 0xd4,  // [RSTGEN.SWPOR.SWPORKEY=KEYVALUE]
    WDREN = 1 << 1,    // [RSTGEN.CFG.WDREN]
    STAT_EXRSTAT = 1 << 0,
    STAT_PORSTAT = 1 << 1,
    STAT_SWRSTAT = 1 << 3,
    STAT_WDRSTAT = 1 << 6,
};

struct rstgen {
    uint32_t cfg;
};

bool tn_emu_apollo3_watchdog_resets(struct tn_emu *e) {
    const struct rstgen *r = tn_emu_state(e, &tn_emu_apollo3_rstgen);

    return r->cfg & WDREN;
}

static uint32_t rstgen_load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct rstgen *r = state;

    (void)e, (void)size;
    return off == CFG ? r->cfg : 0;
}

static void rstgen_store(
        struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct rstgen *r = state;

    (void)size;
    if (off == CFG) {
        r->cfg = value;
    } else if ((off == SWPOI && value == SWPOI_KEY) || (off == SWPOR && value == SWPOR_KEY)) {
        tn_emu_request_reset(e);
    }
}

static void rstgen_reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e, (void)cause;
    *(struct rstgen *)state = (struct rstgen){0};
}

const struct tn_emu_device tn_emu_apollo3_rstgen = {
        .name = "RSTGEN",
        .base = 0x40000000,
        .size = 0x1000,
        .state_size = sizeof(struct rstgen),
        .reset = rstgen_reset,
        .load = rstgen_load,
        .store = rstgen_store,
};

// ---- RSTGEN.STAT, at an address of its own ------------------------------------------------

// A lock-up has no bit: the core stands until somebody resets it.
static const uint32_t reasons[] = {
        [TN_EMU_BY_POWER] = STAT_PORSTAT,
        [TN_EMU_BY_PIN] = STAT_EXRSTAT,
        [TN_EMU_BY_PROGRAM] = STAT_SWRSTAT,
        [TN_EMU_BY_LOCKUP] = STAT_EXRSTAT,
        [TN_EMU_BY_WATCHDOG] = STAT_WDRSTAT,
};

static void stat_reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e;
    *(uint32_t *)state |= reasons[cause];
}

static uint32_t stat_load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    (void)e, (void)size;
    return off == 0 ? *(uint32_t *)state : 0;  // [none: STAT is the whole device]
}

static void stat_store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    (void)e, (void)size, (void)value;
    if (off == 0) {              // [none: STAT is the whole device]
        *(uint32_t *)state = 0;  // any store
    }
}

const struct tn_emu_device tn_emu_apollo3_stat = {
        .name = "RSTGEN.STAT",
        .base = 0x4ffff000,
        .size = 0x1000,
        .state_size = sizeof(uint32_t),
        .reset = stat_reset,
        .load = stat_load,
        .store = stat_store,
};

// ---- CLKGEN ----------------------------------------------------------------------------

// [registers CLKGEN]
enum {
    OCTRL = 0x00c,
    CLKKEY = 0x014,
    CCTRL = 0x018,
    KEY = 0x47,  // [CLKGEN.CLKKEY.CLKKEY=KEY]
};

struct clkgen {
    uint32_t octrl, key, cctrl;
};

static uint32_t clkgen_load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct clkgen *c = state;

    (void)e, (void)size;
    return off == OCTRL ? c->octrl : off == CLKKEY ? c->key : off == CCTRL ? c->cctrl : 0;
}

static void clkgen_store(
        struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct clkgen *c = state;

    (void)e, (void)size;
    if (off == CLKKEY) {
        c->key = value;
    } else if (off == CCTRL && c->key == KEY) {
        c->cctrl = value & 1;
    } else if (off == OCTRL && c->key == KEY) {
        c->octrl = value;
    }
}

static void clkgen_reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e, (void)cause;
    *(struct clkgen *)state = (struct clkgen){.cctrl = 1};
}

const struct tn_emu_device tn_emu_apollo3_clkgen = {
        .name = "CLKGEN",
        .base = 0x40004000,
        .size = 0x200,
        .state_size = sizeof(struct clkgen),
        .reset = clkgen_reset,
        .load = clkgen_load,
        .store = clkgen_store,
};

// ---- CACHECTRL: no cache is modelled ----------------------------------------------------

// [registers CACHECTRL]
enum {
    CACHECFG = 0x000,
    FLASHCFG = 0x004,
    CTRL = 0x008,
    CACHE_ENABLE = 1,           // [CACHECTRL.CACHECFG.ENABLE]
    CACHE_READY = 1 << 2,       // [CACHECTRL.CTRL.CACHE_READY]
    CACHECFG_RESET = 0x100c50,  // [CACHECTRL.CACHECFG reset]
    FLASHCFG_RESET = 0x873,     // [CACHECTRL.FLASHCFG reset]
};

struct cachectrl {
    uint32_t cachecfg, flashcfg;
};

static uint32_t cachectrl_load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct cachectrl *c = state;

    (void)e, (void)size;
    return off == CACHECFG    ? c->cachecfg
            : off == FLASHCFG ? c->flashcfg
            : off == CTRL     ? (c->cachecfg & CACHE_ENABLE ? CACHE_READY : 0)
                              : 0;
}

static void cachectrl_store(
        struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct cachectrl *c = state;

    (void)e, (void)size;
    if (off == CACHECFG) {
        c->cachecfg = value;
    } else if (off == FLASHCFG) {
        c->flashcfg = value;
    }
}

static void cachectrl_reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e, (void)cause;
    *(struct cachectrl *)state = (struct cachectrl){CACHECFG_RESET, FLASHCFG_RESET};
}

const struct tn_emu_device tn_emu_apollo3_cachectrl = {
        .name = "CACHECTRL",
        .base = 0x40018000,
        .size = 0x1000,
        .state_size = sizeof(struct cachectrl),
        .reset = cachectrl_reset,
        .load = cachectrl_load,
        .store = cachectrl_store,
};

// ---- MCUCTRL ---------------------------------------------------------------------------

// [registers MCUCTRL]
enum {
    CHIPPN = 0x000,
    CHIPID0 = 0x004,
    CHIPID1 = 0x008,
    BOOTLOADER = 0x1a0,
    SCRATCH0 = 0x1b0,
    SCRATCH1 = 0x1b4,
    FLASHWPROT0 = 0x3a0,
    FLASHWPROT1 = 0x3a4,
    BOOTLOADER_RESET = 7,  // [MCUCTRL.BOOTLOADER reset]
    PROTLOCK = 1 << 2,     // [MCUCTRL.BOOTLOADER.PROTLOCK]
    CHUNK = 0x4000,        // [none: bytes of flash for each bit]
};

struct mcuctrl {
    uint32_t bootloader;
    uint32_t scratch[2];
    uint32_t open[2];  // FLASHWPROT: a bit for each chunk that may be written
};

bool tn_emu_apollo3_is_protected(struct tn_emu *e, uint32_t off) {
    const struct mcuctrl *m = tn_emu_state(e, &tn_emu_apollo3_mcuctrl);
    uint32_t chunk = off / CHUNK;

    return !(m->open[chunk / 32 % 2] >> chunk % 32 & 1);
}

static uint32_t mcuctrl_load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct mcuctrl *m = state;

    (void)e, (void)size;
    switch (off) {
    case CHIPPN:
        return 0x06000000;  // [MCUCTRL.CHIPPN.PARTNUM=APOLLO3]
    case CHIPID0:
        return 0x89abcdef;  // [none: a number]
    case CHIPID1:
        return 0x01234567;  // [none: a number]
    case BOOTLOADER:
        return m->bootloader;
    case SCRATCH0:
    case SCRATCH1:
        return m->scratch[(off - SCRATCH0) / 4];
    case FLASHWPROT0:
    case FLASHWPROT1:
        return m->open[(off - FLASHWPROT0) / 4];
    default:
        return 0;
    }
}

static void mcuctrl_store(
        struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct mcuctrl *m = state;

    (void)e, (void)size;
    if (off == BOOTLOADER) {
        m->bootloader &= ~value;
    } else if (off == SCRATCH0 || off == SCRATCH1) {
        m->scratch[(off - SCRATCH0) / 4] = value;
    } else if ((off == FLASHWPROT0 || off == FLASHWPROT1) && (m->bootloader & PROTLOCK)) {
        m->open[(off - FLASHWPROT0) / 4] &= ~value;
    }
}

static void mcuctrl_reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    struct mcuctrl *m = state;

    (void)e, (void)cause;
    m->bootloader = BOOTLOADER_RESET;
    m->open[0] = m->open[1] = UINT32_MAX;
}

const struct tn_emu_device tn_emu_apollo3_mcuctrl = {
        .name = "MCUCTRL",
        .base = 0x40020000,
        .size = 0x1000,
        .state_size = sizeof(struct mcuctrl),
        .reset = mcuctrl_reset,
        .load = mcuctrl_load,
        .store = mcuctrl_store,
};

// ---- PWRCTRL ---------------------------------------------------------------------------

// [registers PWRCTRL]
enum {
    DEVPWREN = 0x008,
    MEMPWREN = 0x010,
    DEVPWRSTATUS = 0x018,
    UART0 = 1 << 7,  // [PWRCTRL.DEVPWREN.PWRUART0]
    // Devices of one domain. [PWRCTRL.DEVPWREN.PWRIOS+PWRUART0+PWRUART1+PWRSCARD]
    HCPA = 1 << 0 | 1 << 7 | 1 << 8 | 1 << 10,
    STATUS_CORE = 3,       // [PWRCTRL.DEVPWRSTATUS.MCUL+MCUH]
    STATUS_HCPA = 1 << 2,  // [PWRCTRL.DEVPWRSTATUS.HCPA]
};
#define MEMPWREN_RESET 0xc0007fffu  // [PWRCTRL.MEMPWREN reset]

struct pwrctrl {
    uint32_t devices, memories;
};

bool tn_emu_apollo3_uart_has_power(struct tn_emu *e) {
    const struct pwrctrl *p = tn_emu_state(e, &tn_emu_apollo3_pwrctrl);

    return p->devices & UART0;
}

static uint32_t pwrctrl_load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct pwrctrl *p = state;

    (void)e, (void)size;
    return off == DEVPWREN        ? p->devices
            : off == MEMPWREN     ? p->memories
            : off == DEVPWRSTATUS ? STATUS_CORE | (p->devices & HCPA ? STATUS_HCPA : 0u)
                                  : 0;
}

static void pwrctrl_store(
        struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct pwrctrl *p = state;

    (void)size;
    if (off == DEVPWREN) {
        p->devices = value;
        tn_emu_attend(e);
    } else if (off == MEMPWREN) {
        p->memories = value;
    }
}

static void pwrctrl_reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e, (void)cause;
    *(struct pwrctrl *)state = (struct pwrctrl){.memories = MEMPWREN_RESET};
}

const struct tn_emu_device tn_emu_apollo3_pwrctrl = {
        .name = "PWRCTRL",
        .base = 0x40021000,
        .size = 0x1000,
        .state_size = sizeof(struct pwrctrl),
        .reset = pwrctrl_reset,
        .load = pwrctrl_load,
        .store = pwrctrl_store,
};

// ---- WDT -------------------------------------------------------------------------------

enum {
    WDT_CFG = 0x000,
    WDT_RSTRT = 0x004,
    WDT_LOCK = 0x008,
    WDT_ENABLE = 1 << 0,       // [WDT.CFG.WDTEN]
    WDT_RESET = 1 << 2,        // [WDT.CFG.RESEN]
    RSTRT_KEY = 0xb2,          // [WDT.RSTRT.RSTRT=KEYVALUE]
    LOCK_KEY = 0x3a,           // [WDT.LOCK.LOCK=KEYVALUE]
    WDT_CFG_RESET = 0xffff00,  // [WDT.CFG reset]
    WDT_CFG_RESVAL = 8,        // [WDT.CFG.RESVAL bit]
    WDT_CFG_CLKSEL = 24,       // [WDT.CFG.CLKSEL bit]
    MS = 1000,
};

struct wdt {
    uint32_t cfg;
    bool locked;
};

// Milliseconds from a restart to the reset; 0: no clock.
static uint32_t timeout_ms(const struct wdt *w) {
    static const uint8_t clocks[8] = {0, 128, 16, 1};
    uint32_t count = w->cfg >> WDT_CFG_RESVAL & 0xff;
    uint32_t hz = clocks[w->cfg >> WDT_CFG_CLKSEL & 7];  // [none: as many as there are clocks]

    return hz ? count * MS / hz : 0;
}

static void set_wdt(struct tn_emu *e, const struct wdt *w) {
    if ((w->cfg & WDT_ENABLE) && (w->cfg & WDT_RESET) && tn_emu_apollo3_watchdog_resets(e)) {
        tn_emu_watchdog_start(e, timeout_ms(w), false);
    } else {
        tn_emu_watchdog_stop(e);
    }
}

static uint32_t wdt_load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct wdt *w = state;

    (void)e, (void)size;
    return off == WDT_CFG ? w->cfg : 0;
}

static void wdt_store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct wdt *w = state;

    (void)size;
    if (off == WDT_CFG && !w->locked) {
        w->cfg = value;
        set_wdt(e, w);
    } else if (off == WDT_RSTRT && value == RSTRT_KEY && e->watchdog.running) {
        tn_emu_watchdog_feed(e);
    } else if (off == WDT_LOCK && value == LOCK_KEY && !w->locked) {
        w->locked = true;
        w->cfg |= WDT_ENABLE;
        set_wdt(e, w);
    }
}

static void wdt_reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)cause;
    *(struct wdt *)state = (struct wdt){.cfg = WDT_CFG_RESET};
    tn_emu_watchdog_stop(e);
}

const struct tn_emu_device tn_emu_apollo3_watchdog = {
        .name = "WDT",
        .base = 0x40024000,
        .size = 0x1000,
        .state_size = sizeof(struct wdt),
        .reset = wdt_reset,
        .load = wdt_load,
        .store = wdt_store,
};

// SPDX-License-Identifier: Apache-2.0
#include "system.h"

#include <string.h>

#include "emu.h"

enum {
    EXCEPTIONS = 16 + 240,
    WORDS = EXCEPTIONS / 32,
};

enum {
    // Offsets of registers, ARM DDI 0403 sections B3.2 to B3.4. [registers SCB]
    SYST_CSR = 0x010,
    SYST_RVR = 0x014,
    SYST_CVR = 0x018,
    SYST_CALIB = 0x01c,
    NVIC_ISER = 0x100,
    NVIC_ICER = 0x180,
    NVIC_ISPR = 0x200,
    NVIC_ICPR = 0x280,
    NVIC_IABR = 0x300,
    NVIC_SET = 0x80,  // of one of these sets of bits to the next [none: NVIC.ICER - NVIC.ISER]
    NVIC_IPR = 0x400,
    CPUID = 0xd00,  // [CPUID.BASE]
    ICSR = 0xd04,
    VTOR = 0xd08,
    AIRCR = 0xd0c,
    SCR = 0xd10,
    CCR = 0xd14,
    SHPR1 = 0xd18,  // of exceptions 4 to 15 [SCB.SHPR]
    SHCSR = 0xd24,
    CFSR = 0xd28,
    HFSR = 0xd2c,
    MEMORY = 0xd28,  // remembered, without effect, from here on [SCB.CFSR]

    CSR_ENABLE = 1,           // [SYST.CSR.ENABLE]
    CSR_TICKINT = 2,          // [SYST.CSR.TICKINT]
    CSR_CLKSOURCE = 4,        // [SYST.CSR.CLKSOURCE]
    CSR_COUNTFLAG = 1 << 16,  // [SYST.CSR.COUNTFLAG]
    SYST_MAX = 0xffffff,      // [manual: DDI 0403 section B3.3.4]
    CCR_STKALIGN = 1 << 9,    // [manual: DDI 0403 section B3.2.8]
    FAULT_ENABLE = 16,        // bit that enables MemManage [manual: DDI 0403 section B3.2.13]
    PRIGROUP_BIT = 8,         // [manual: DDI 0403 section B3.2.6]
};

enum {
    MEMORY_WORDS = 38,  // CFSR to CPACR and the MPU's registers
    NEVER = 256,        // a priority lower than all
    SHPRS = 12,
};

// [registers SCB]
#define AIRCR_KEY 0x05fa0000u       // [SCB.AIRCR.VECTKEY=ALL]
#define AIRCR_KEY_READ 0xfa050000u  // [manual: DDI 0403 section B3.2.6]
#define AIRCR_KEY_MASK 0xffff0000u  // [manual: DDI 0403 section B3.2.6]
#define AIRCR_SYSRESETREQ 4u
#define AIRCR_PRIGROUP (7u << PRIGROUP_BIT)  // [SCB.AIRCR.PRIGROUP_MASK]
#define ICSR_VECTACTIVE 0x1ffu               // [manual: DDI 0403 section B3.2.4]
#define ICSR_NMIPENDSET (1u << 31)           // [manual: DDI 0403 section B3.2.4]
#define VTOR_TBLOFF 0xffffff80u              // [manual: DDI 0403 section B3.2.5]
// Chips have the upper bits of a priority only: 2 on ARMv6-M; 3 at least, and here 4, on ARMv7-M.
#define V6_PRIORITY 0xc0u  // [none: of a byte of NVIC.IPR]
#define V7_PRIORITY 0xf0u  // [none: of a byte of NVIC.IPR]
#define ICSR_PENDSVSET (1u << 28)
#define ICSR_PENDSVCLR (1u << 27)
#define ICSR_PENDSTSET (1u << 26)
#define ICSR_PENDSTCLR (1u << 25)

struct system {
    uint32_t pending[WORDS], active[WORDS], enabled[WORDS], level[WORDS];  // a bit an exception
    uint8_t priority[EXCEPTIONS];
    uint32_t vtor, prigroup, scr, ccr, shcsr;
    uint32_t memory[MEMORY_WORDS];
    // SysTick: the counter was reload at the time begun.
    uint32_t csr, reload;
    uint64_t begun;  // e->insns + e->passed
};

// ---- Sets of exceptions ----------------------------------------------------------------

static bool has(const uint32_t *set, unsigned n) {
    return set[n / 32] >> n % 32 & 1;
}

static void put(uint32_t *set, unsigned n, bool on) {
    set[n / 32] = on ? set[n / 32] | 1u << n % 32 : set[n / 32] & ~(1u << n % 32);
}

static struct system *find(struct tn_emu *e) {
    for (size_t i = 0; i < e->chip->ndevices; i++) {
        if (e->chip->devices[i] == &tn_emu_cortexm_system) {
            return tn_emu_state(e, &tn_emu_cortexm_system);
        }
    }
    return NULL;
}

static bool is_v6(const struct tn_emu *e) {
    return e->chip->core == TN_EMU_CORTEX_M0;
}

// ---- Priorities ------------------------------------------------------------------------

// The part of a priority that decides whether an exception interrupts another.
static int group_of(const struct system *s, int priority) {
    return priority < 0 ? priority : priority & ~((2 << s->prigroup) - 1);
}

static int priority_of(const struct system *s, unsigned n) {
    return n == TN_EMU_NMI ? -2 : n == TN_EMU_HARDFAULT ? -1 : s->priority[n];
}

// The priority at which the core executes.
static int running(const struct system *s, const struct tn_emu_masks *m) {
    int lowest = NEVER;

    for (unsigned n = 2; n < EXCEPTIONS; n++) {
        int p = has(s->active, n) ? group_of(s, priority_of(s, n)) : NEVER;
        lowest = p < lowest ? p : lowest;
    }
    if (m->basepri && group_of(s, m->basepri) < lowest) {
        lowest = group_of(s, m->basepri);
    }
    if (m->primask && lowest > 0) {
        lowest = 0;
    }
    return m->faultmask && lowest > -1 ? -1 : lowest;
}

static bool is_on(const struct system *s, unsigned n) {
    return n < TN_EMU_IRQ0 || has(s->enabled, n);
}

unsigned tn_emu_system_next(struct tn_emu *e, const struct tn_emu_masks *masks, bool *ret_masked) {
    const struct system *s = find(e);
    unsigned best = 0;
    uint32_t any = 0;

    *ret_masked = false;
    for (unsigned i = 0; s && i < WORDS; i++) {
        any |= s->pending[i];
    }
    for (unsigned n = 2; any && n < EXCEPTIONS; n++) {
        if (has(s->pending, n) && is_on(s, n) &&
                (!best || priority_of(s, n) < priority_of(s, best))) {
            best = n;
        }
    }
    if (!best) {
        return 0;
    }
    *ret_masked = group_of(s, priority_of(s, best)) >= running(s, masks);
    return *ret_masked ? 0 : best;
}

bool tn_emu_system_may(struct tn_emu *e, unsigned number, const struct tn_emu_masks *masks) {
    const struct system *s = find(e);

    return s && group_of(s, priority_of(s, number)) < running(s, masks);
}

unsigned tn_emu_system_fault(struct tn_emu *e, unsigned wanted, const struct tn_emu_masks *masks) {
    const struct system *s = find(e);

    return s && !is_v6(e) && wanted >= TN_EMU_MEMMANAGE && wanted <= TN_EMU_USAGEFAULT &&
                    s->shcsr >> (FAULT_ENABLE + wanted - TN_EMU_MEMMANAGE) & 1 &&
                    tn_emu_system_may(e, wanted, masks)
            ? wanted
            : TN_EMU_HARDFAULT;
}

void tn_emu_system_enter(struct tn_emu *e, unsigned number) {
    struct system *s = find(e);

    if (s) {
        put(s->active, number, true);
        put(s->pending, number, false);
    }
}

// A line that is still high makes its interrupt pending again.
void tn_emu_system_leave(struct tn_emu *e, unsigned number) {
    struct system *s = find(e);

    if (s) {
        put(s->active, number, false);
        if (has(s->level, number)) {
            put(s->pending, number, true);
        }
        e->attention = true;
    }
}

uint32_t tn_emu_system_vectors(struct tn_emu *e) {
    const struct system *s = find(e);
    uint32_t at_reset = e->chip->flash_base + e->chip->boot_off;

    return s && !is_v6(e) ? s->vtor ? s->vtor : at_reset : at_reset;
}

void tn_emu_irq(struct tn_emu *e, unsigned irq, bool high) {
    struct system *s = find(e);
    unsigned n = TN_EMU_IRQ0 + irq;

    if (s && n < EXCEPTIONS && has(s->level, n) != high) {
        put(s->level, n, high);
        if (high && !has(s->active, n)) {
            put(s->pending, n, true);
            e->attention = true;
        } else if (!high) {
            put(s->pending, n, false);
        }
    }
}

void tn_emu_nmi(struct tn_emu *e) {
    struct system *s = find(e);

    if (s) {
        put(s->pending, TN_EMU_NMI, true);
        e->attention = e->urgent = true;
    }
}

// ---- SysTick, by the core's clock ------------------------------------------------------

static uint64_t now(const struct tn_emu *e) {
    return e->insns + e->passed;
}

static uint32_t systick_value(const struct tn_emu *e, const struct system *s) {
    return s->csr & CSR_ENABLE ? s->reload - (uint32_t)((now(e) - s->begun) % (s->reload + 1)) : 0;
}

// Notes the periods that have ended.
static void systick_update(struct tn_emu *e, struct system *s) {
    uint64_t period = (uint64_t)s->reload + 1;

    if (!(s->csr & CSR_ENABLE) || !s->reload || now(e) - s->begun < period) {
        return;
    }
    s->begun = now(e) - (now(e) - s->begun) % period;
    s->csr |= CSR_COUNTFLAG;
    if (s->csr & CSR_TICKINT) {
        put(s->pending, TN_EMU_SYSTICK, true);
    }
}

static uint32_t systick_load(struct tn_emu *e, struct system *s, uint32_t off) {
    uint32_t csr;

    systick_update(e, s);
    switch (off) {
    case SYST_CSR:
        csr = s->csr;
        s->csr &= ~(uint32_t)CSR_COUNTFLAG;
        return csr;
    case SYST_RVR:
        return s->reload;
    case SYST_CVR:
        return systick_value(e, s);
    default:  // SYST_CALIB: not known
        return 0;
    }
}

static void systick_store(struct tn_emu *e, struct system *s, uint32_t off, uint32_t value) {
    systick_update(e, s);
    switch (off) {
    case SYST_CSR:
        if (!(s->csr & CSR_ENABLE) && (value & CSR_ENABLE)) {
            s->begun = now(e);
        }
        s->csr = (s->csr & CSR_COUNTFLAG) | (value & (CSR_ENABLE | CSR_TICKINT | CSR_CLKSOURCE));
        break;
    case SYST_RVR:
        s->reload = value & SYST_MAX;
        break;
    case SYST_CVR:  // any value clears the counter
        s->begun = now(e);
        s->csr &= ~(uint32_t)CSR_COUNTFLAG;
        break;
    default:
        break;
    }
    e->attention = true;
}

static uint64_t tick(struct tn_emu *e, void *state) {
    struct system *s = state;
    uint64_t per_us = e->chip->insns_per_us;

    systick_update(e, s);
    return (s->csr & CSR_ENABLE) && (s->csr & CSR_TICKINT) && s->reload
            ? (s->begun + s->reload + per_us) / per_us
            : TN_EMU_NEVER;
}

// ---- Registers -------------------------------------------------------------------------

// The 32 interrupts of one register of a set.
static uint32_t get_irqs(const uint32_t *set, uint32_t nth) {
    uint32_t bits = 0;

    for (unsigned i = 0; i < 32 && TN_EMU_IRQ0 + 32 * nth + i < EXCEPTIONS; i++) {
        bits |= (uint32_t)has(set, TN_EMU_IRQ0 + 32 * nth + i) << i;
    }
    return bits;
}

static void put_irqs(struct tn_emu *e, uint32_t *set, uint32_t nth, uint32_t bits, bool on) {
    for (unsigned i = 0; i < 32 && 32 * nth + i < e->chip->irqs; i++) {
        if (bits >> i & 1) {
            put(set, TN_EMU_IRQ0 + 32 * nth + i, on);
        }
    }
    e->attention = true;
}

static uint32_t load_priorities(const struct system *s, unsigned first, unsigned size) {
    uint32_t v = 0;

    for (unsigned i = 0; i < size && first + i < EXCEPTIONS; i++) {
        v |= (uint32_t)s->priority[first + i] << 8 * i;
    }
    return v;
}

static void store_priorities(
        struct tn_emu *e, struct system *s, unsigned first, unsigned size, uint32_t value) {
    uint8_t mask = is_v6(e) ? V6_PRIORITY : V7_PRIORITY;

    for (unsigned i = 0; i < size && first + i < EXCEPTIONS; i++) {
        s->priority[first + i] = (uint8_t)(value >> 8 * i) & mask;
    }
    e->attention = true;
}

static uint32_t load_icsr(struct tn_emu *e, const struct system *s) {
    uint32_t active = tn_emu_reg(e, TN_EMU_XPSR) & ICSR_VECTACTIVE;

    return active | (has(s->pending, TN_EMU_PENDSV) ? ICSR_PENDSVSET : 0) |
            (has(s->pending, TN_EMU_SYSTICK) ? ICSR_PENDSTSET : 0) |
            (has(s->pending, TN_EMU_NMI) ? ICSR_NMIPENDSET : 0);
}

static void store_icsr(struct tn_emu *e, struct system *s, uint32_t value) {
    static const struct {
        uint32_t bit;
        unsigned number;
        bool on;
    } bits[] = {
            {ICSR_NMIPENDSET, TN_EMU_NMI, true},
            {ICSR_PENDSVSET, TN_EMU_PENDSV, true},
            {ICSR_PENDSVCLR, TN_EMU_PENDSV, false},
            {ICSR_PENDSTSET, TN_EMU_SYSTICK, true},
            {ICSR_PENDSTCLR, TN_EMU_SYSTICK, false},
    };
    for (size_t i = 0; i < sizeof(bits) / sizeof(*bits); i++) {
        if (value & bits[i].bit) {
            put(s->pending, bits[i].number, bits[i].on);
        }
    }
    e->attention = true;
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    static const uint32_t cpuids[] = {
            // [none: CPUID of each core]
            [TN_EMU_CORTEX_M0] = 0x410cc200,
            [TN_EMU_CORTEX_M3] = 0x412fc230,
            [TN_EMU_CORTEX_M4] = 0x410fc241,
            [TN_EMU_CORTEX_M7] = 0x411fc272,
            [TN_EMU_CORTEX_M33] = 0x410fd213,
    };
    struct system *s = state;

    if (off >= NVIC_IPR && off < NVIC_IPR + EXCEPTIONS - TN_EMU_IRQ0) {
        return load_priorities(s, TN_EMU_IRQ0 + off - NVIC_IPR, size);
    }
    if (off >= SHPR1 && off < SHPR1 + SHPRS) {
        return load_priorities(s, off - SHPR1 + 4, size);
    }
    if (off >= SYST_CSR && off <= SYST_CALIB) {
        return systick_load(e, s, off);
    }
    if (off >= NVIC_ISER && off < NVIC_IPR) {
        const uint32_t *set = off < NVIC_ISPR ? s->enabled
                : off < NVIC_IABR             ? s->pending
                                              : s->active;
        return get_irqs(set, off % NVIC_SET / 4);
    }
    if (off >= MEMORY && off < MEMORY + 4 * MEMORY_WORDS) {
        return s->memory[(off - MEMORY) / 4];
    }
    switch (off) {
    case CPUID:
        return cpuids[e->chip->core];
    case ICSR:
        return load_icsr(e, s);
    case VTOR:
        return s->vtor;
    case AIRCR:
        return AIRCR_KEY_READ | s->prigroup << PRIGROUP_BIT;
    case SCR:
        return s->scr;
    case CCR:
        return s->ccr;
    case SHCSR:
        return s->shcsr;
    default:
        return 0;
    }
}

static void store_aircr(struct tn_emu *e, struct system *s, uint32_t value) {
    if ((value & AIRCR_KEY_MASK) != AIRCR_KEY) {
        return;
    }
    s->prigroup = is_v6(e) ? 0 : (value & AIRCR_PRIGROUP) >> PRIGROUP_BIT;
    if (value & AIRCR_SYSRESETREQ) {
        tn_emu_request_reset(e);
    }
}

static void store_nvic(struct tn_emu *e, struct system *s, uint32_t off, uint32_t value) {
    uint32_t nth = off % NVIC_SET / 4;

    if (off < NVIC_ICER) {
        put_irqs(e, s->enabled, nth, value, true);
    } else if (off < NVIC_ISPR) {
        put_irqs(e, s->enabled, nth, value, false);
    } else if (off < NVIC_ICPR) {
        put_irqs(e, s->pending, nth, value, true);
    } else if (off < NVIC_IABR) {
        put_irqs(e, s->pending, nth, value & ~get_irqs(s->level, nth), false);
    }
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct system *s = state;

    if (off >= NVIC_IPR && off < NVIC_IPR + EXCEPTIONS - TN_EMU_IRQ0) {
        store_priorities(e, s, TN_EMU_IRQ0 + off - NVIC_IPR, size, value);
    } else if (off >= SHPR1 && off < SHPR1 + SHPRS) {
        store_priorities(e, s, off - SHPR1 + 4, size, value);
    } else if (off >= SYST_CSR && off <= SYST_CALIB) {
        systick_store(e, s, off, value);
    } else if (off >= NVIC_ISER && off < NVIC_IABR) {
        store_nvic(e, s, off, value);
    } else if (off == CFSR || off == HFSR) {  // fault status: a bit written 1 is cleared
        s->memory[(off - MEMORY) / 4] &= ~value;
    } else if (off >= MEMORY && off < MEMORY + 4 * MEMORY_WORDS) {
        s->memory[(off - MEMORY) / 4] = value;
    } else if (off == ICSR) {
        store_icsr(e, s, value);
    } else if (off == VTOR && !is_v6(e)) {
        s->vtor = value & VTOR_TBLOFF;
    } else if (off == AIRCR) {
        store_aircr(e, s, value);
    } else if (off == SCR) {
        s->scr = value;
    } else if (off == CCR) {
        s->ccr = value;
    } else if (off == SHCSR) {
        s->shcsr = value;
    }
}

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    struct system *s = state;

    (void)e, (void)cause;
    memset(s, 0, sizeof(*s));
    s->ccr = CCR_STKALIGN;
}

// [none: SCS, their block]
const struct tn_emu_device tn_emu_cortexm_system = {
        .name = "SCS",
        .base = 0xe000e000,
        .size = 0x1000,
        .state_size = sizeof(struct system),
        .reset = reset,
        .load = load,
        .store = store,
        .tick = tick,
};

// SPDX-License-Identifier: Apache-2.0
// Power, clock and, on the nRF51, the protection of flash, which share a block. Source: Nordic,
// "nRF51 Series Reference Manual", version 3.0, chapters 9 (MPU), 12 and 13; "nRF52840 Product
// Specification", version 1.1, sections 5.3 and 5.4.
#include "emu/core/emu.h"
#include "nrf5x_priv.h"

enum {
    // [registers CLOCK; POWER]
    HFCLKSTART = 0x000,
    HFCLKSTOP = 0x004,
    LFCLKSTART = 0x008,
    LFCLKSTOP = 0x00c,
    HFCLKSTARTED = 0x100,
    LFCLKSTARTED = 0x104,
    USBDETECTED = 0x11c,  // [POWER.EVENTS_USBDETECTED of nrf52833 nrf52840]
    USBREMOVED = 0x120,   // [POWER.EVENTS_USBREMOVED of nrf52833 nrf52840]
    USBPWRRDY = 0x124,    // [POWER.EVENTS_USBPWRRDY of nrf52833 nrf52840]
    INTENSET = 0x304,
    INTENCLR = 0x308,
    INT_HFCLKSTARTED = 1 << 0,
    INT_LFCLKSTARTED = 1 << 1,
    INT_USBDETECTED = 1 << 7,  // [POWER.INTENSET.USBDETECTED of nrf52833 nrf52840]
    INT_USBREMOVED = 1 << 8,   // [POWER.INTENSET.USBREMOVED of nrf52833 nrf52840]
    INT_USBPWRRDY = 1 << 9,    // [POWER.INTENSET.USBPWRRDY of nrf52833 nrf52840]
    USBREGSTATUS = 0x438,      // [POWER.USBREGSTATUS of nrf52833 nrf52840]
    VBUSDETECT = 1 << 0,       // [POWER.USBREGSTATUS.VBUSDETECT of nrf52833 nrf52840]
    OUTPUTRDY = 1 << 1,        // [POWER.USBREGSTATUS.OUTPUTRDY of nrf52833 nrf52840]
    RESETREAS = 0x400,
    HFCLKRUN = 0x408,
    HFCLKSTAT = 0x40c,
    LFCLKRUN = 0x414,
    LFCLKSTAT = 0x418,
    GPREGRET = 0x51c,
    GPREGRET2 = 0x520,  // [POWER.GPREGRET2 of nrf52833 nrf52840]
    LFCLKSRC = 0x518,
    LFCLKSRC_SRC = 3,
    PROTENSET0 = 0x600,   // [manual: nRF51 reference manual 3.0, chapter 9]
    PROTENSET1 = 0x604,   // [manual: nRF51 reference manual 3.0, chapter 9]
    RUNNING = 1 << 16,    // [CLOCK.HFCLKSTAT.STATE]
    BY_CRYSTAL = 1 << 0,  // [CLOCK.HFCLKSTAT.SRC]
    BY_PIN = 1 << 0,      // [POWER.RESETREAS.RESETPIN]
    BY_DOG = 1 << 1,      // [POWER.RESETREAS.DOG]
    BY_SREQ = 1 << 2,     // [POWER.RESETREAS.SREQ]
    BY_LOCKUP = 1 << 3,   // [POWER.RESETREAS.LOCKUP]
    IRQ = 0,              // [irq POWER_CLOCK]
};

enum {
    REGISTERS = LFCLKSRC,  // those that are only remembered
    REGISTERS_END = REGISTERS + 26 * 4,
    PROT_BLOCK = 4096,
};

struct power {
    uint32_t reset_reason;
    uint32_t gpregret[2];
    uint32_t registers[(REGISTERS_END - REGISTERS) / 4];
    bool hf, lf;
    uint32_t events;      // the bits of INTENSET
    uint32_t usb_supply;  // USBREGSTATUS when the events were last looked at
    uint32_t inten;
    uint32_t protect[2];
};

// Bits of RESETREAS. Power-on sets none.
static const uint32_t reasons[] = {
        [TN_EMU_BY_POWER] = 0,
        [TN_EMU_BY_PIN] = BY_PIN,
        [TN_EMU_BY_WATCHDOG] = BY_DOG,
        [TN_EMU_BY_PROGRAM] = BY_SREQ,
        [TN_EMU_BY_LOCKUP] = BY_LOCKUP,
};

bool tn_emu_nrf51_is_protected(struct tn_emu *e, uint32_t off) {
    const struct power *p = tn_emu_state(e, &tn_emu_nrf5x_power);
    uint32_t block = off / PROT_BLOCK;

    return block < 64 && (p->protect[block / 32] >> block % 32 & 1);
}

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    struct power *p = state;
    struct power kept = *p;

    (void)e;
    *p = (struct power){.reset_reason = kept.reset_reason | reasons[cause],
            .gpregret = {kept.gpregret[0], kept.gpregret[1]}};
}

static uint32_t usb_supply(struct tn_emu *e) {
    if (!e->chip->usb) {
        return 0;
    }
    return (e->usb_power ? VBUSDETECT : 0) | (tn_emu_nrf5x_has_usb_supply(e) ? OUTPUTRDY : 0);
}

static void follow_usb_supply(struct tn_emu *e, struct power *p) {
    uint32_t now = usb_supply(e);
    uint32_t came = now & ~p->usb_supply;
    uint32_t went = p->usb_supply & ~now;

    p->usb_supply = now;
    p->events |= came & VBUSDETECT ? INT_USBDETECTED : 0;
    p->events |= went & VBUSDETECT ? INT_USBREMOVED : 0;
    p->events |= came & OUTPUTRDY ? INT_USBPWRRDY : 0;
}

static uint64_t tick(struct tn_emu *e, void *state) {
    struct power *p = state;

    follow_usb_supply(e, p);
    tn_emu_irq(e, IRQ, (p->events & p->inten) != 0);
    return TN_EMU_NEVER;
}

bool tn_emu_nrf5x_has_crystal(struct tn_emu *e) {
    const struct power *p = tn_emu_state(e, &tn_emu_nrf5x_power);

    return p->hf;
}

// The event's bit in INTENSET; 0: no event is there.
static uint32_t event_at(uint32_t off) {
    switch (off) {
    case HFCLKSTARTED:
        return INT_HFCLKSTARTED;
    case LFCLKSTARTED:
        return INT_LFCLKSTARTED;
    case USBDETECTED:
        return INT_USBDETECTED;
    case USBREMOVED:
        return INT_USBREMOVED;
    case USBPWRRDY:
        return INT_USBPWRRDY;
    default:
        return 0;
    }
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    struct power *p = state;

    (void)size;
    follow_usb_supply(e, p);
    if (event_at(off)) {
        return (p->events & event_at(off)) != 0;
    }
    switch (off) {
    case USBREGSTATUS:
        return usb_supply(e);
    case INTENSET:
    case INTENCLR:
        return p->inten;
    case RESETREAS:
        return p->reset_reason;
    case HFCLKRUN:
        return p->hf;
    case LFCLKRUN:
        return p->lf;
    case HFCLKSTAT:
        return p->hf ? RUNNING | BY_CRYSTAL : RUNNING;
    case LFCLKSTAT:
        return p->lf ? RUNNING | (p->registers[0] & LFCLKSRC_SRC)
                     : 0;  // the source that LFCLKSRC names
    case GPREGRET:
        return p->gpregret[0];
    case GPREGRET2:
        return p->gpregret[1];
    case PROTENSET0:
    case PROTENSET1:
        return p->protect[(off - PROTENSET0) / 4];
    default:
        return off >= REGISTERS && off < REGISTERS_END ? p->registers[(off - REGISTERS) / 4] : 0;
    }
}

// The clocks start at once.
static void store_clock(struct power *p, uint32_t off) {
    if (off == HFCLKSTART || off == HFCLKSTOP) {
        p->hf = off == HFCLKSTART;
        p->events |= p->hf ? INT_HFCLKSTARTED : 0;
    } else {
        p->lf = off == LFCLKSTART;
        p->events |= p->lf ? INT_LFCLKSTARTED : 0;
    }
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct power *p = state;

    (void)size;
    tn_emu_attend(e);
    if (off <= LFCLKSTOP) {
        store_clock(p, off);
    } else if (event_at(off)) {
        p->events &= value ? UINT32_MAX : ~event_at(off);
    } else if (off == INTENSET) {
        p->inten |= value;
    } else if (off == INTENCLR) {
        p->inten &= ~value;
    } else if (off == RESETREAS) {
        p->reset_reason &= ~value;
    } else if (off == GPREGRET || off == GPREGRET2) {
        p->gpregret[(off - GPREGRET) / 4] = value & 0xff;
    } else if (off == PROTENSET0 || off == PROTENSET1) {
        p->protect[(off - PROTENSET0) / 4] |= value;  // until the next reset
    } else if (off >= REGISTERS && off < REGISTERS_END) {
        p->registers[(off - REGISTERS) / 4] = value;
    }
}

const struct tn_emu_device tn_emu_nrf5x_power = {
        .name = "POWER",
        .base = 0x40000000,
        .size = 0x1000,
        .state_size = sizeof(struct power),
        .reset = reset,
        .load = load,
        .store = store,
        .tick = tick,
};

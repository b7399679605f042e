// SPDX-License-Identifier: Apache-2.0
// USBD, the USB device controller of nRF52833, nRF52840 and nRF5340: control, bulk and interrupt
// transfers. Isochronous endpoints and remote wake-up are not modelled.
//
// Sources: Nordic, "nRF52840 Product Specification", version 1.1, section 6.35; "nRF5340 Product
// Specification" (docs.nordicsemi.com, ps_nrf5340), USBD, whose text is the same; "nRF52840
// Errata", [171], [187] and [199].
//
// A packet lies in the endpoint's own memory between the bus and EasyDMA. What the specification
// leaves open is what hurts a wrong driver most: a task during a DMA transfer is lost ([199]), a
// DMA transfer outside of RAM never ends, a register of the USB core that is not ready keeps its
// value. Each counts as a violation. While the controller is off, stores to the core's registers
// are lost and no more: TinyUSB's tasks do so when the cable is pulled out. The times of start and
// DMA transfers are guesses: the specification has none.
#include <string.h>

#include "chips.h"
#include "emu/core/emu.h"
#include "nrf53_priv.h"
#include "nrf5x_priv.h"

enum {
    // [registers USBD]
    TASKS_STARTEPIN = 0x004,
    TASKS_STARTISOIN = 0x024,
    TASKS_STARTEPOUT = 0x028,
    TASKS_STARTISOOUT = 0x048,
    TASKS_EP0RCVOUT = 0x04c,
    TASKS_EP0STATUS = 0x050,
    TASKS_EP0STALL = 0x054,
    TASKS_DPDMNODRIVE = 0x05c,
    EVENTS_USBRESET = 0x100,  // an event's bit in INTEN is its place from here on
    EVENTS_EPDATA = 0x160,
    SHORTS = 0x200,
    INTEN = 0x300,
    INTENSET = 0x304,
    INTENCLR = 0x308,
    EVENTCAUSE = 0x400,
    HALTED_EPIN = 0x420,   // [USBD.HALTED.EPIN]
    HALTED_EPOUT = 0x444,  // [USBD.HALTED.EPOUT]
    EPSTATUS = 0x468,
    EPDATASTATUS = 0x46c,
    USBADDR = 0x470,
    BMREQUESTTYPE = 0x480,
    WLENGTHH = 0x49c,
    SIZE_EPOUT = 0x4a0,   // [USBD.SIZE.EPOUT]
    SIZE_ISOOUT = 0x4c0,  // [USBD.SIZE.ISOOUT]
    ENABLE = 0x500,
    USBPULLUP = 0x504,
    DPDMVALUE = 0x508,
    DTOGGLE = 0x50c,
    EPINEN = 0x510,
    EPOUTEN = 0x514,
    EPSTALL = 0x518,
    ISOSPLIT = 0x51c,
    FRAMECNTR = 0x520,
    LOWPOWER = 0x52c,
    ISOINCONFIG = 0x530,
    EPIN = 0x600,                  // [USBD.EPIN0.PTR]
    EPIN1 = 0x614,                 // [USBD.EPIN1.PTR]
    EPOUT = 0x700,                 // [USBD.EPOUT0.PTR]
    PTR = 0x600 - EPIN,            // [none: compared as EPIN]
    MAXCNT = 0x604 - EPIN,         // [none: compared by the next line]
    EPIN0_MAXCNT = EPIN + MAXCNT,  // [USBD.EPIN0.MAXCNT]
    AMOUNT = 0x608 - EPIN,         // [none: compared by the next line]
    EPIN0_AMOUNT = EPIN + AMOUNT,  // [USBD.EPIN0.AMOUNT]
    NRF52_IRQ = 39,                // [irq USBD of nrf52*]
    NRF53_IRQ = 54,                // [irq USBD of nrf5340]

    USBRESET = 1 << 0,                 // [USBD.INTEN.USBRESET]
    STARTED = 1 << 1,                  // [USBD.INTEN.STARTED]
    ENDEPIN0 = 1 << 2,                 // [USBD.INTEN.ENDEPIN0]
    EP0DATADONE = 1 << 10,             // [USBD.INTEN.EP0DATADONE]
    ENDEPOUT0 = 1 << 12,               // [USBD.INTEN.ENDEPOUT0]
    SOF = 1 << 21,                     // [USBD.INTEN.SOF]
    USBEVENT = 1 << 22,                // [USBD.INTEN.USBEVENT]
    EP0SETUP = 1 << 23,                // [USBD.INTEN.EP0SETUP]
    EPDATA = 1 << 24,                  // [USBD.INTEN.EPDATA]
    SUSPEND = 1 << 8,                  // [USBD.EVENTCAUSE.SUSPEND]
    RESUME = 1 << 9,                   // [USBD.EVENTCAUSE.RESUME]
    READY = 1 << 11,                   // [USBD.EVENTCAUSE.READY]
    EP0DATADONE_STARTEPIN0 = 1 << 0,   // [USBD.SHORTS.EP0DATADONE_STARTEPIN0]
    EP0DATADONE_STARTEPOUT0 = 1 << 1,  // [USBD.SHORTS.EP0DATADONE_STARTEPOUT0]
    EP0DATADONE_EP0STATUS = 1 << 2,    // [USBD.SHORTS.EP0DATADONE_EP0STATUS]
    ENDEPOUT0_EP0STATUS = 1 << 3,      // [USBD.SHORTS.ENDEPOUT0_EP0STATUS]
    ENDEPOUT0_EP0RCVOUT = 1 << 4,      // [USBD.SHORTS.ENDEPOUT0_EP0RCVOUT]
    EP_NUMBER = 7,                     // [USBD.EPSTALL.EP]
    EP_IN = 1 << 7,                    // [USBD.EPSTALL.IO]
    STALL = 1 << 8,                    // [USBD.EPSTALL.STALL]
    TOGGLE = 3 << 8,                   // [USBD.DTOGGLE.VALUE]
    DATA0 = 1 << 8,                    // [USBD.DTOGGLE.VALUE=DATA0]
    DATA1 = 2 << 8,                    // [USBD.DTOGGLE.VALUE=DATA1]
    ISO_ZERO = 1 << 16,                // [USBD.SIZE.ISOOUT.ZERO]
    OUT_SHIFT = 16,                    // [USBD.EPSTATUS.EPOUT0 bit]
    FRAME_BITS = 0x7ff,                // [USBD.FRAMECNTR.FRAMECNTR]
    MAXCNT_BITS = 0x7f,                // [USBD.EPIN1.MAXCNT.MAXCNT]
};

// Registers that no specification has.
// [manual: nRF52840 errata, 166, 171, 187, 199]
enum {
    ANOMALY_166_ADDRESS = 0x800,  // of USBD, as the next two
    ANOMALY_166_VALUE = 0x804,
    ANOMALY_199 = 0xc1c,
    ANOMALY_199_ON = 0x82,
    ANOMALY_KEY = 0xc00,  // of a block of their own, as the others
    ANOMALY_KEY_VALUE = 0x9375,
    ANOMALY_171 = 0xc14,
    ANOMALY_171_ON = 0xc0,
    ANOMALY_187 = 0xd14,
    ANOMALY_187_ON = 3,
};

enum {
    ENDPOINTS = 8,
    PACKET = 64,
    READY_US = 50,    // from ENABLE
    SUPPLY_US = 500,  // from ENABLE, or from the plug
    DMA_US = 3,
    REQUEST_IN = 0x80,    // [none: bmRequestType, USB 2.0 section 9.3]
    SET_ADDRESS = 5,      // [none: bRequest, USB 2.0 section 9.4]
    ADDRESS_BITS = 0x7f,  // [none: of wValue]
};

// One way of an endpoint: its registers of EasyDMA, and the packet in its memory.
struct endpoint {
    uint32_t ptr, maxcnt, amount;
    bool full;
    bool accepts;  // OUT: the next packet
    bool stalls;
    uint32_t toggle;
    uint8_t len;
    uint8_t packet[PACKET];
};

struct usbd {
    bool is_nrf53;  // which has none of the anomalies of the start
    uint32_t events, inten, shorts, cause, epstatus, epdatastatus;
    uint32_t enable, dpdmvalue, lowpower, isoinconfig;
    bool ready;
    uint64_t ready_at, supply_at;

    // In the USB core: an ENABLE of 0 clears it.
    struct core {
        uint32_t address, pullup, selected, inen, outen, isosplit, frame;
        bool suspended;
        uint8_t setup[8];
        bool status;       // the program allows the status stage
        bool has_address;  // the request is SET_ADDRESS, which the core answers alone
        bool ep0_stalls;
    } core;
    struct endpoint in[ENDPOINTS], out[ENDPOINTS];

    // The DMA transfer under way: one at a time.
    bool dma;
    bool dma_in;
    unsigned dma_ep;
    uint64_t dma_at;
    uint32_t dma_ptr, dma_len;

    // The anomalies' own registers.
    bool unlocked;
    uint32_t anomaly_171, anomaly_187, anomaly_199;
};

static void start_in(struct tn_emu *e, struct usbd *u, unsigned ep);
static void start_out(struct tn_emu *e, struct usbd *u, unsigned ep);

static void raise_event(struct tn_emu *e, struct usbd *u, uint32_t event) {
    u->events |= event;
    if (event == EP0DATADONE && u->shorts & EP0DATADONE_STARTEPIN0) {
        start_in(e, u, 0);
    }
    if (event == EP0DATADONE && u->shorts & EP0DATADONE_STARTEPOUT0) {
        start_out(e, u, 0);
    }
    if ((event == EP0DATADONE && u->shorts & EP0DATADONE_EP0STATUS) ||
            (event == ENDEPOUT0 && u->shorts & ENDEPOUT0_EP0STATUS)) {
        u->core.status = true;
    }
    if (event == ENDEPOUT0 && u->shorts & ENDEPOUT0_EP0RCVOUT) {
        u->out[0].accepts = true;
    }
    tn_emu_attend(e);
}

// What a bus reset leaves: endpoint 0 alone, without a packet.
static void clear_endpoints(struct usbd *u) {
    for (unsigned ep = 0; ep < ENDPOINTS; ep++) {
        u->in[ep] = (struct endpoint){
                u->in[ep].ptr, u->in[ep].maxcnt, u->in[ep].amount, .toggle = DATA0};
        u->out[ep] = (struct endpoint){
                u->out[ep].ptr, u->out[ep].maxcnt, u->out[ep].amount, .toggle = DATA0};
    }
    u->core.inen = u->core.outen = 1;
    u->core.address = 0;
    u->core.status = u->core.has_address = u->core.ep0_stalls = false;
}

static void clear_core(struct usbd *u) {
    u->core = (struct core){0};
    clear_endpoints(u);
}

// ---- EasyDMA ---------------------------------------------------------------------------

// A transfer of no bytes touches no memory: TinyUSB gives it no buffer.
static bool is_in_ram(const struct tn_emu *e, uint32_t ptr, uint32_t len) {
    uint32_t off = ptr - e->chip->ram_base;

    return !len || (off <= e->chip->ram_size && len <= e->chip->ram_size - off);
}

// The bytes move now: earlier, the program sees none of a packet that comes, and may still change
// one that goes.
static void end_dma(struct tn_emu *e, struct usbd *u) {
    struct endpoint *p = u->dma_in ? &u->in[u->dma_ep] : &u->out[u->dma_ep];
    uint8_t *ram = u->dma_len ? e->ram + (u->dma_ptr - e->chip->ram_base) : e->ram;

    u->dma = false;
    p->amount = u->dma_len;
    if (u->dma_in) {
        memcpy(p->packet, ram, u->dma_len);
        p->full = true;
        p->len = (uint8_t)u->dma_len;
        raise_event(e, u, (uint32_t)ENDEPIN0 << u->dma_ep);
    } else {
        memcpy(ram, p->packet, u->dma_len);
        p->full = false;
        p->accepts |= u->dma_ep != 0;  // the next packet is accepted without the program
        raise_event(e, u, (uint32_t)ENDEPOUT0 << u->dma_ep);
    }
}

static void start_dma(struct tn_emu *e, struct usbd *u, unsigned ep, bool is_in) {
    struct endpoint *p = is_in ? &u->in[ep] : &u->out[ep];

    u->dma_in = is_in;
    u->dma_ep = ep;
    u->dma_ptr = p->ptr;
    u->dma_len = p->maxcnt;
    u->dma_at = tn_emu_us(e) + DMA_US;
    if (u->dma_len > PACKET || !is_in_ram(e, u->dma_ptr, u->dma_len)) {
        tn_emu_refuse(e);
        u->dma_at = TN_EMU_NEVER;
    }
    u->dma = true;
    u->epstatus |= 1u << (is_in ? ep : ep + OUT_SHIFT);
    u->events |= STARTED;
    tn_emu_attend(e);
}

// A packet that the host has not fetched yet is lost.
static void start_in(struct tn_emu *e, struct usbd *u, unsigned ep) {
    u->in[ep].full = false;
    start_dma(e, u, ep, true);
}

// Without a packet, or for a second time, it moves the bytes that are there. A buffer that is
// longer than what came gets bytes of somebody else.
static void start_out(struct tn_emu *e, struct usbd *u, unsigned ep) {
    if (u->out[ep].maxcnt > u->out[ep].len) {
        tn_emu_refuse(e);
        return;
    }
    start_dma(e, u, ep, false);
}

// ---- The bus ---------------------------------------------------------------------------

static struct usbd *state_of(void *ctx) {
    const struct tn_emu *e = ctx;

    return tn_emu_state(ctx, e->chip == &tn_emu_nrf5340 ? &tn_emu_nrf53_usbd : &tn_emu_nrf52_usbd);
}

static bool is_connected(void *ctx) {
    const struct usbd *u = state_of(ctx);
    struct tn_emu *e = ctx;

    return e->usb_power && u->ready && u->core.pullup;
}

// The controller answers only while the crystal runs ("Entering suspend").
static bool hears(struct tn_emu *e) {
    tn_emu_worked(e);
    return is_connected(e) && !state_of(e)->core.suspended &&
            (state_of(e)->is_nrf53 ? tn_emu_nrf53_has_crystal(e) : tn_emu_nrf5x_has_crystal(e));
}

static void bus_reset(void *ctx) {
    struct usbd *u = state_of(ctx);

    if (is_connected(ctx)) {
        u->core.suspended = false;
        clear_endpoints(u);
        raise_event(ctx, u, USBRESET);
    }
}

static int bus_setup(void *ctx, const uint8_t request[8]) {
    struct usbd *u = state_of(ctx);

    if (!hears(ctx)) {
        return TN_CABLE_NONE;
    }
    memcpy(u->core.setup, request, sizeof(u->core.setup));
    u->in[0].full = u->out[0].full = u->out[0].accepts = false;
    u->core.status = u->core.ep0_stalls = false;
    u->core.has_address = !request[0] && request[1] == SET_ADDRESS;
    raise_event(ctx, u, EP0SETUP);
    return 0;
}

// Whether the request has a data stage, and it goes to the host.
static bool sends_data(const struct usbd *u) {
    return u->core.setup[0] & REQUEST_IN && (u->core.setup[6] || u->core.setup[7]);
}

// The status stage: a packet without data, against the data's way.
static int bus_status(struct usbd *u) {
    if (u->core.has_address) {
        u->core.address = u->core.setup[2] & ADDRESS_BITS;
        return 0;
    }
    return u->core.status ? 0 : TN_CABLE_NAK;
}

// A packet of the endpoint goes to the host.
static int fetch(struct usbd *u, unsigned ep, uint8_t *buf, size_t size) {
    struct endpoint *p = &u->in[ep];

    if (!p->full || p->len > size) {
        return TN_CABLE_NAK;
    }
    memcpy(buf, p->packet, p->len);
    p->full = false;
    p->toggle ^= TOGGLE;
    return p->len;
}

static int bus_in(void *ctx, uint8_t ep, uint8_t *buf, size_t size) {
    struct usbd *u = state_of(ctx);

    if (!hears(ctx) || ep >= ENDPOINTS || !(u->core.inen >> ep & 1)) {
        return TN_CABLE_NONE;
    }
    if (ep ? u->in[ep].stalls : u->core.ep0_stalls) {
        return TN_CABLE_STALL;
    }
    if (!ep && !sends_data(u)) {
        return bus_status(u);
    }
    int n = fetch(u, ep, buf, size);
    if (n >= 0) {
        u->epdatastatus |= ep ? 1u << ep : 0;
        raise_event(ctx, u, ep ? EPDATA : EP0DATADONE);
    }
    return n;
}

static int bus_out(void *ctx, uint8_t ep, const uint8_t *data, size_t len) {
    struct usbd *u = state_of(ctx);

    if (!hears(ctx) || ep >= ENDPOINTS || len > PACKET || !(u->core.outen >> ep & 1)) {
        return TN_CABLE_NONE;
    }
    struct endpoint *p = &u->out[ep];
    if (ep ? p->stalls : u->core.ep0_stalls) {
        return TN_CABLE_STALL;
    }
    if (!ep && sends_data(u)) {
        return len ? TN_CABLE_NONE : bus_status(u);
    }
    if (!p->accepts || p->full) {
        return TN_CABLE_NAK;
    }
    memcpy(p->packet, data, len);
    p->len = (uint8_t)len;
    p->full = true;
    p->accepts = false;
    p->toggle ^= TOGGLE;
    u->epdatastatus |= ep ? 1u << (ep + OUT_SHIFT) : 0;
    raise_event(ctx, u, ep ? EPDATA : EP0DATADONE);
    return 0;
}

static void bus_frame(void *ctx) {
    struct usbd *u = state_of(ctx);

    if (hears(ctx)) {
        u->core.frame = (u->core.frame + 1) & FRAME_BITS;
        raise_event(ctx, u, SOF);
    }
}

// "Entering suspend", "Host-initiated resume". Low power (LOWPOWER) ends with the resume.
static void bus_suspend(void *ctx, bool on) {
    struct usbd *u = state_of(ctx);

    if (is_connected(ctx) && u->core.suspended != on) {
        u->core.suspended = on;
        u->cause |= on ? SUSPEND : RESUME;
        raise_event(ctx, u, USBEVENT);
    }
}

const struct tn_usb_cable tn_emu_nrf5x_usb = {
        is_connected, bus_reset, bus_setup, bus_in, bus_out, bus_frame, bus_suspend, NULL};

// ---- Supply and start -------------------------------------------------------------------

bool tn_emu_nrf5x_has_usb_supply(struct tn_emu *e) {
    const struct usbd *u = state_of(e);

    return e->usb_power && u->enable && u->supply_at <= tn_emu_us(e);
}

// [171] and [187]: without their work-arounds the controller does not start.
static void enable(struct tn_emu *e, struct usbd *u, bool on) {
    bool starts = on &&
            (u->is_nrf53 || (u->anomaly_187 == ANOMALY_187_ON && u->anomaly_171 == ANOMALY_171_ON));

    u->enable = on;
    u->ready = u->dma = false;
    u->ready_at = starts ? tn_emu_us(e) + READY_US : TN_EMU_NEVER;
    u->supply_at = tn_emu_us(e) + SUPPLY_US;
    clear_core(u);
}

static uint64_t tick(struct tn_emu *e, void *state) {
    struct usbd *u = state;
    uint64_t now = tn_emu_us(e);
    uint64_t next = TN_EMU_NEVER;

    if (u->enable && !u->ready && u->ready_at <= now) {
        u->ready = true;
        u->cause |= READY;
        raise_event(e, u, USBEVENT);
    }
    if (u->dma && u->dma_at <= now) {
        end_dma(e, u);
    }
    tn_emu_irq(e, u->is_nrf53 ? NRF53_IRQ : NRF52_IRQ, (u->events & u->inten) != 0);
    if (u->dma) {
        next = u->dma_at;
    }
    if (u->enable && !u->ready && u->ready_at < next) {
        next = u->ready_at;
    }
    if (u->enable && u->supply_at > now && u->supply_at < next) {
        next = u->supply_at;  // the POWER's event
    }
    return next;
}

// ---- Registers -------------------------------------------------------------------------

// "USB register access limitations": these are the core's, which has to be ready.
static bool is_of_core(uint32_t off) {
    return (off >= TASKS_STARTEPIN && off <= TASKS_DPDMNODRIVE) ||
            (off >= HALTED_EPIN && off < EPSTATUS) || (off >= USBADDR && off <= SIZE_ISOOUT) ||
            off == USBPULLUP || off == DTOGGLE || off == EPINEN || off == EPOUTEN ||
            off == EPSTALL || off == ISOSPLIT || off == FRAMECNTR;
}

static bool is_dma_register(uint32_t off) {
    return off >= EPIN && off < EPOUT + (EPIN1 - EPIN) * (ENDPOINTS + 1);
}

// A register of an endpoint's EasyDMA. NULL: not one of them.
static uint32_t *dma_register(struct usbd *u, uint32_t off) {
    struct endpoint *way = off < EPOUT ? u->in : u->out;
    uint32_t at = off - (off < EPOUT ? EPIN : EPOUT);
    uint32_t ep = at / (EPIN1 - EPIN);

    if (ep >= ENDPOINTS) {
        return NULL;
    }
    switch (at % (EPIN1 - EPIN)) {
    case PTR:
        return &way[ep].ptr;
    case MAXCNT:
        return &way[ep].maxcnt;
    case AMOUNT:
        return &way[ep].amount;
    default:
        return NULL;
    }
}

// The endpoint that EPSTALL and DTOGGLE name.
static struct endpoint *named(struct usbd *u, uint32_t value) {
    return value & EP_IN ? &u->in[value & EP_NUMBER] : &u->out[value & EP_NUMBER];
}

static uint32_t load_core(struct usbd *u, uint32_t off) {
    if (off >= HALTED_EPIN && off < HALTED_EPIN + 4 * ENDPOINTS) {
        return u->in[(off - HALTED_EPIN) / 4].stalls;
    }
    if (off >= HALTED_EPOUT && off < HALTED_EPOUT + 4 * ENDPOINTS) {
        return u->out[(off - HALTED_EPOUT) / 4].stalls;
    }
    if (off >= BMREQUESTTYPE && off <= WLENGTHH) {
        return u->core.setup[(off - BMREQUESTTYPE) / 4];
    }
    if (off >= SIZE_EPOUT && off < SIZE_ISOOUT) {
        return u->out[(off - SIZE_EPOUT) / 4].len;
    }
    switch (off) {
    case USBADDR:
        return u->core.address;
    case SIZE_ISOOUT:
        return ISO_ZERO;
    case USBPULLUP:
        return u->core.pullup;
    case DTOGGLE:
        return (u->core.selected & ~(uint32_t)TOGGLE) | named(u, u->core.selected)->toggle;
    case EPINEN:
        return u->core.inen;
    case EPOUTEN:
        return u->core.outen;
    case ISOSPLIT:
        return u->core.isosplit;
    case FRAMECNTR:
        return u->core.frame;
    default:
        return 0;
    }
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    struct usbd *u = state;

    (void)size;
    tick(e, state);
    if (off >= EVENTS_USBRESET && off <= EVENTS_EPDATA) {
        return u->events >> (off - EVENTS_USBRESET) / 4 & 1;
    }
    if (is_dma_register(off)) {
        const uint32_t *r = dma_register(u, off);
        return r ? *r : 0;
    }
    if (is_of_core(off)) {
        if (u->enable && !u->ready) {
            tn_emu_refuse(e);
        }
        return load_core(u, off);  // as after a reset while it is off
    }
    switch (off) {
    case SHORTS:
        return u->shorts;
    case INTEN:
    case INTENSET:
    case INTENCLR:
        if (!(u->events & u->inten)) {
            tn_emu_polled(e);  // a handler begins with this register
        }
        return u->inten;
    case EVENTCAUSE:
        return u->cause;
    case EPSTATUS:
        return u->epstatus;
    case EPDATASTATUS:
        return u->epdatastatus;
    case ENABLE:
        return u->enable;
    case DPDMVALUE:
        return u->dpdmvalue;
    case LOWPOWER:
        return u->lowpower;
    case ISOINCONFIG:
        return u->isoinconfig;
    default:
        return 0;
    }
}

// [199]: a task that comes during a DMA transfer is lost.
static void store_task(struct tn_emu *e, struct usbd *u, uint32_t off) {
    if (u->dma && u->anomaly_199 != ANOMALY_199_ON) {
        tn_emu_refuse(e);
    } else if (off >= TASKS_STARTEPIN && off < TASKS_STARTISOIN) {
        start_in(e, u, (off - TASKS_STARTEPIN) / 4);
    } else if (off >= TASKS_STARTEPOUT && off < TASKS_STARTISOOUT) {
        start_out(e, u, (off - TASKS_STARTEPOUT) / 4);
    } else if (off == TASKS_EP0RCVOUT) {
        u->out[0].accepts = true;
    } else if (off == TASKS_EP0STATUS) {
        u->core.status = true;
    } else if (off == TASKS_EP0STALL) {
        u->core.ep0_stalls = true;
    } else {
        tn_emu_refuse(e);  // isochronous, and the drive of the bus's lines
    }
}

static void store_toggle(struct usbd *u, uint32_t value) {
    u->core.selected = value & (EP_IN | EP_NUMBER);
    if ((value & TOGGLE) == DATA0 || (value & TOGGLE) == DATA1) {
        named(u, value)->toggle = value & TOGGLE;
    }
}

static void store_core(struct tn_emu *e, struct usbd *u, uint32_t off, uint32_t value) {
    if (!u->enable) {
        return;
    }
    if (!u->ready) {
        tn_emu_refuse(e);
        return;
    }
    if (off <= TASKS_DPDMNODRIVE) {
        if (value) {
            store_task(e, u, off);
        }
    } else if (off >= SIZE_EPOUT && off < SIZE_ISOOUT) {
        u->out[(off - SIZE_EPOUT) / 4].accepts = true;  // any value does it
    } else if (off == USBPULLUP) {
        u->core.pullup = value & 1;
    } else if (off == DTOGGLE) {
        store_toggle(u, value);
    } else if (off == EPINEN) {
        u->core.inen = value;
    } else if (off == EPOUTEN) {
        u->core.outen = value;
    } else if (off == EPSTALL && (value & EP_NUMBER)) {
        named(u, value)->stalls = value & STALL;
    } else if (off == ISOSPLIT) {
        u->core.isosplit = value;
    } else {
        tn_emu_refuse(e);  // the host's, or endpoint 0, which EP0STALL halts
    }
}

static void store_dma(struct tn_emu *e, struct usbd *u, uint32_t off, uint32_t value) {
    uint32_t *r = dma_register(u, off);

    if (!r || (off - EPIN) % (EPOUT - EPIN) % (EPIN1 - EPIN) == AMOUNT) {
        tn_emu_refuse(e);  // isochronous, or read only
    } else {
        *r = value;
    }
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct usbd *u = state;

    (void)size;
    tick(e, state);
    tn_emu_attend(e);
    if (off >= EVENTS_USBRESET && off <= EVENTS_EPDATA) {
        uint32_t bit = 1u << (off - EVENTS_USBRESET) / 4;
        u->events = value ? u->events | bit : u->events & ~bit;
        return;
    }
    if (is_dma_register(off)) {
        store_dma(e, u, off, value);
        return;
    }
    if (is_of_core(off)) {
        store_core(e, u, off, value);
        return;
    }
    switch (off) {
    case SHORTS:
        u->shorts = value;
        break;
    case INTEN:
        u->inten = value;
        break;
    case INTENSET:
        u->inten |= value;
        break;
    case INTENCLR:
        u->inten &= ~value;
        break;
    case EVENTCAUSE:
        u->cause &= ~value;
        break;
    case EPSTATUS:
        u->epstatus &= ~value;
        break;
    case EPDATASTATUS:
        u->epdatastatus &= ~value;
        break;
    case ENABLE:
        enable(e, u, value & 1);
        break;
    case DPDMVALUE:
        u->dpdmvalue = value;
        break;
    case LOWPOWER:
        u->lowpower = value;
        break;
    case ISOINCONFIG:
        u->isoinconfig = value;
        break;
    case ANOMALY_166_ADDRESS:
    case ANOMALY_166_VALUE:
        break;  // ISO double buffering
    case ANOMALY_199:
        u->anomaly_199 = value;
        break;
    default:
        tn_emu_refuse(e);
        break;
    }
}

static void reset_nrf52(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e, (void)cause;
    *(struct usbd *)state = (struct usbd){0};
    clear_core(state);
}

static void reset_nrf53(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e, (void)cause;
    *(struct usbd *)state = (struct usbd){.is_nrf53 = true};
    clear_core(state);
}

#define USBD(chip, address)                                                                        \
    const struct tn_emu_device tn_emu_##chip##_usbd = {                                            \
            .name = "USBD",                                                                        \
            .base = (address),                                                                     \
            .size = 0x1000,                                                                        \
            .state_size = sizeof(struct usbd),                                                     \
            .reset = reset_##chip,                                                                 \
            .load = load,                                                                          \
            .store = store,                                                                        \
            .tick = tick,                                                                          \
    }

USBD(nrf52, 0x40027000);
USBD(nrf53, 0x50036000);

// ---- The registers of anomalies ----------------------------------------------------------

static uint32_t load_anomaly(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct usbd *u = state_of(e);

    (void)state, (void)size;
    switch (off) {
    case ANOMALY_KEY:
        return u->unlocked;
    case ANOMALY_171:
        return u->anomaly_171;
    case ANOMALY_187:
        return u->anomaly_187;
    default:
        return 0;
    }
}

// The key opens and closes the others in turn.
static void store_anomaly(
        struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct usbd *u = state_of(e);

    (void)state, (void)size;
    if (off == ANOMALY_KEY && value == ANOMALY_KEY_VALUE) {
        u->unlocked = !u->unlocked;
    } else if (off == ANOMALY_171 && u->unlocked) {
        u->anomaly_171 = value;
    } else if (off == ANOMALY_187 && u->unlocked) {
        u->anomaly_187 = value;
    } else {
        tn_emu_refuse(e);
    }
}

// [none: ANOMALY], a name of ours.
const struct tn_emu_device tn_emu_nrf52_anomaly = {
        .name = "ANOMALY",
        .base = 0x4006e000,  // [manual: nRF52840 errata, 171 and 187]
        .size = 0x1000,
        .load = load_anomaly,
        .store = store_anomaly,
};

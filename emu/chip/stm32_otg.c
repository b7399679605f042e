// SPDX-License-Identifier: Apache-2.0
// OTG_FS without DMA, as a device (here) and as a host (stm32_otg_host.c): control, bulk and
// interrupt transfers of a device, control and bulk transfers of a host. Isochronous endpoints and
// remote wake-up are not modelled.
//
// Sources: ST, RM0033 and RM0090, "USB on-the-go full-speed (OTG_FS)" (F207, F405: core of version
// 1.2); RM0390 and RM0351, "USB on-the-go" (F446, L476: version 2.0): registers, "FIFO RAM
// allocation", "Device programming model", "OUT data transfers", "IN data transfers", TRDT values.
// The registers of Synopsys that ST does not describe: TinyUSB 0.18, dwc2_info.md. That table has
// no F446, which gets the L476's.
//
// What a manual forbids counts as a violation: FIFOs that overlap or overflow, a receive FIFO that
// is read wrongly, a turnaround time that is too short for the AHB's clock.
#include <string.h>

#include "stm32_otg_priv.h"

// The core's own numbers: version 1.2, then 2.0. [manual: TinyUSB 0.18 dwc2_info.md, F405 and L476]
static const uint32_t hardware[2][6] = {
        // CID, GSNPSID, GHWCFG1 to GHWCFG4 [manual: TinyUSB 0.18 dwc2_info.md, F405 and L476]
        {0x1200, 0x4f54281a, 0, 0x229dcd20, 0x020001e8, 0x0ff08030},
        // [manual: TinyUSB 0.18 dwc2_info.md, F405 and L476]
        {0x2000, 0x4f54310a, 0, 0x229ed520, 0x0200d1e8, 0x17f08030},
};

// ---- Registers -------------------------------------------------------------------------

static void reset_core(struct otg *o) {
    struct otg kept = *o;

    *o = (struct otg){.is_new = kept.is_new,
            .gccfg = kept.gccfg,
            .pcgcctl = kept.pcgcctl,
            .had_session = kept.had_session,
            .gotgctl = GOTGCTL_RESET,
            .gusbcfg = GUSBCFG_RESET,
            .gintsts = GINTSTS_RESET,
            .grxfsiz = GRXFSIZ_RESET,
            .dcfg = DCFG_RESET,
            .dieptxf = {DIEPTXF0_RESET}};
    for (unsigned n = 1; n < tn_emu_otg_endpoints(o); n++) {
        o->dieptxf[n] = DIEPTXF_RESET;
    }
    o->in[0].ctl = 0;
    o->out[0].ctl = USBAEP;
    tn_emu_otg_host_reset(o);
}

static uint32_t gintsts(struct tn_emu *e, const struct otg *o) {
    return tn_emu_otg_is_host(e, o) ? tn_emu_otg_host_gintsts(o) : tn_emu_otg_gintsts(o);
}

// A session that ends is an interrupt; CSRST lasts until the clock is there.
static uint64_t tick(struct tn_emu *e, void *state) {
    struct otg *o = state;
    bool session = tn_emu_otg_has_session(e, o);

    if (o->had_session && !session) {
        o->gotgint |= SEDET;
    }
    o->had_session = session;
    if (o->resetting && tn_emu_otg_has_clock(e)) {
        reset_core(o);
    }
    uint64_t next = tn_emu_otg_host_tick(e, o);
    tn_emu_irq(e, IRQ, o->gahbcfg & GINT && gintsts(e, o) & o->gintmsk);
    return next;
}

static uint32_t load_endpoint(const struct otg *o, uint32_t off) {
    bool is_in = off < OUT;
    unsigned n = (off - (is_in ? IN : OUT)) / (IN1 - IN);
    const struct endpoint *ep = is_in ? &o->in[n] : &o->out[n];

    if (n >= tn_emu_otg_endpoints(o)) {
        return 0;
    }
    switch (off % (IN1 - IN)) {
    case CTL:
        return ep->ctl | (n ? 0 : USBAEP);
    case INT:
        return is_in ? tn_emu_otg_in_intr(o, n) : ep->intr;
    case TSIZ:
        return ep->tsiz;
    case DTXFSTS:
        return is_in ? tn_emu_otg_depth(o, n) - o->tx[n].n : 0;
    default:
        return 0;
    }
}

static bool is_endpoint(uint32_t off) {
    return off >= IN && off < OUT + (IN1 - IN) * ENDPOINTS;
}

static uint32_t load_device(const struct otg *o, uint32_t off) {
    if (is_endpoint(off)) {
        return load_endpoint(o, off);
    }
    switch (off) {
    case DCFG:
        return o->dcfg;
    case DCTL:
        return o->dctl;
    case DSTS:
        return FULL_SPEED | o->frame << FNSOF_BIT | (o->suspended ? SUSPSTS : 0);
    case DIEPMSK:
        return o->diepmsk;
    case DOEPMSK:
        return o->doepmsk;
    case DAINT:
        return tn_emu_otg_daint(o);
    case DAINTMSK:
        return o->daintmsk;
    case DIEPEMPMSK:
        return o->diepempmsk;
    case PCGCCTL:
        return o->pcgcctl;
    default:
        return 0;
    }
}

// Registers that only a host has.
static bool is_of_host(uint32_t off) {
    return off == HNPTXSTS || off == HPTXFSIZ || (off >= HOST && off < DEVICE);
}

static uint32_t load_global(struct tn_emu *e, struct otg *o, uint32_t off) {
    if (is_of_host(off)) {
        return tn_emu_otg_host_load(e, o, off);
    }
    if (off == CID || (off >= GSNPSID && off <= GHWCFG4)) {
        return hardware[o->is_new][(off - CID) / 4];
    }
    if (off >= DIEPTXF1 && off < DIEPTXF1 + 4 * (tn_emu_otg_endpoints(o) - 1)) {
        return o->dieptxf[(off - DIEPTXF1) / 4 + 1];
    }
    switch (off) {
    case GOTGCTL:
        return o->gotgctl;
    case GOTGINT:
        return o->gotgint;
    case GAHBCFG:
        return o->gahbcfg;
    case GUSBCFG:
        return o->gusbcfg;
    case GRSTCTL:
        return o->resetting ? CSRST : AHBIDL;
    case GINTSTS:
        if (!(gintsts(e, o) & o->gintmsk)) {
            tn_emu_polled(e);  // a handler begins with this register
        }
        return gintsts(e, o);
    case GINTMSK:
        return o->gintmsk;
    case GRXSTSR:
        return o->nrx ? o->rx[0].status : 0;
    case GRXSTSP:
        return tn_emu_otg_rx_pop(e, o);
    case GRXFSIZ:
        return o->grxfsiz;
    case DIEPTXF0:
        return o->dieptxf[0];
    case GCCFG:
        return o->gccfg;
    case GDFIFOCFG:
        return o->gdfifocfg;
    default:
        return 0;
    }
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    struct otg *o = state;

    (void)size;
    if (!tn_emu_stm32_has_otg(e)) {
        return 0;
    }
    tick(e, state);
    if (off >= FIFO) {
        return tn_emu_otg_rx_word(e, o);
    }
    uint32_t v = off < DEVICE ? load_global(e, o, off) : load_device(o, off);
    tn_emu_attend(e);
    return v;
}

static void enable(struct tn_emu *e, struct otg *o, struct endpoint *ep, unsigned n, bool is_in) {
    ep->ctl |= EPENA;
    ep->left = ep->tsiz & XFRSIZ;
    ep->pushed = 0;
    if (is_in && ((ep->ctl & TXFNUM) >> TXFNUM_EP_BIT != n || !tn_emu_otg_is_apart(o, n))) {
        tn_emu_refuse(e);
    }
}

// An OUT endpoint can be disabled only while the global OUT NAK is in effect.
static void disable(struct otg *o, struct endpoint *ep, bool is_in) {
    if (ep->ctl & EPENA && (is_in || o->gintsts & GONAKEFF)) {
        ep->ctl &= ~EPENA;
        ep->intr |= EPDISD;
    }
}

static void store_ctl(struct tn_emu *e, struct otg *o, struct endpoint *ep, unsigned n, bool is_in,
        uint32_t value) {
    const uint32_t plain = MPSIZ | USBAEP | EPTYP | TXFNUM | STALL;
    uint32_t stays = !n ? ep->ctl & STALL : 0;  // a SETUP takes it off endpoint 0

    ep->ctl = (ep->ctl & ~plain) | (value & plain) | stays | (n ? 0 : USBAEP);
    if (value & SD0PID) {
        ep->ctl &= ~(uint32_t)DPID;
    } else if (value & SD1PID) {
        ep->ctl |= DPID;
    }
    if (value & SNAK) {
        ep->ctl |= NAKSTS;
        ep->intr |= is_in ? INEPNE : 0;
    } else if (value & CNAK) {
        ep->ctl &= ~(uint32_t)NAKSTS;
        ep->intr &= ~(uint32_t)INEPNE;
    }
    if (value & EPDIS) {
        disable(o, ep, is_in);
    } else if (value & EPENA && !(ep->ctl & EPENA)) {
        enable(e, o, ep, n, is_in);
    }
}

static void store_endpoint(struct tn_emu *e, struct otg *o, uint32_t off, uint32_t value) {
    bool is_in = off < OUT;
    unsigned n = (off - (is_in ? IN : OUT)) / (IN1 - IN);
    struct endpoint *ep = is_in ? &o->in[n] : &o->out[n];

    if (n >= tn_emu_otg_endpoints(o)) {
        tn_emu_refuse(e);
        return;
    }
    switch (off % (IN1 - IN)) {
    case CTL:
        store_ctl(e, o, ep, n, is_in, value);
        break;
    case INT:
        ep->intr &= ~value;
        break;
    case TSIZ:
        ep->tsiz = value;
        break;
    default:
        tn_emu_refuse(e);
        break;
    }
}

static void store_dctl(struct tn_emu *e, struct otg *o, uint32_t value) {
    o->dctl = (value & ~(uint32_t)(SGONAK | CGONAK | GONSTS)) | (o->dctl & GONSTS);
    if (value & SGONAK && !(o->dctl & GONSTS)) {
        o->dctl |= GONSTS;
        tn_emu_otg_rx_put(o, GLOBAL_NAK, 0, NULL, 0);  // in effect when the program has read this
    }
    if (value & CGONAK) {
        o->dctl &= ~(uint32_t)GONSTS;
        o->gintsts &= ~(uint32_t)GONAKEFF;
    }
    (void)e;
}

static void store_device(struct tn_emu *e, struct otg *o, uint32_t off, uint32_t value) {
    if (is_endpoint(off)) {
        store_endpoint(e, o, off, value);
        return;
    }
    switch (off) {
    case DCFG:
        o->dcfg = value;
        break;
    case DCTL:
        store_dctl(e, o, value);
        break;
    case DIEPMSK:
        o->diepmsk = value;
        break;
    case DOEPMSK:
        o->doepmsk = value;
        break;
    case DAINTMSK:
        o->daintmsk = value;
        break;
    case DIEPEMPMSK:
        o->diepempmsk = value;
        break;
    case PCGCCTL:
        o->pcgcctl = value;
        break;
    default:
        tn_emu_refuse(e);
        break;
    }
}

static void store_grstctl(struct otg *o, uint32_t value) {
    unsigned n = value >> TXFNUM_BIT & 31;  // [none: TXFNUM has 5 bits]

    if (value & CSRST) {
        o->resetting = true;
    }
    if (value & RXFFLSH) {
        o->nrx = 0;
        o->popped.len = o->at = 0;
    }
    for (unsigned i = 0; i < ENDPOINTS && value & TXFFLSH; i++) {
        if (n == TXFNUM_ALL || n == i) {
            tn_emu_otg_flush_tx(o, i);
        }
    }
}

static void store_gusbcfg(struct tn_emu *e, struct otg *o, uint32_t value) {
    if (value & FHMOD && !(o->gusbcfg & FHMOD)) {
        o->host.mode_at = tn_emu_us(e) + MODE_US;
    }
    o->gusbcfg = value | PHYSEL;
}

static void store_global(struct tn_emu *e, struct otg *o, uint32_t off, uint32_t value) {
    if (is_of_host(off)) {
        tn_emu_otg_host_store(e, o, off, value);
        return;
    }
    if (off >= DIEPTXF1 && off < DIEPTXF1 + 4 * (tn_emu_otg_endpoints(o) - 1)) {
        o->dieptxf[(off - DIEPTXF1) / 4 + 1] = value;
        return;
    }
    switch (off) {
    case GOTGCTL:
        o->gotgctl = o->is_new ? value : value & ~(uint32_t)(BVALOEN | BVALOVAL);
        break;
    case GOTGINT:
        o->gotgint &= ~value;
        break;
    case GAHBCFG:
        o->gahbcfg = value;
        break;
    case GUSBCFG:
        store_gusbcfg(e, o, value);
        break;
    case GRSTCTL:
        store_grstctl(o, value);
        break;
    case GINTSTS:
        o->gintsts &= ~(value & ~(GINTSTS_RESET | GONAKEFF));
        break;
    case GINTMSK:
        o->gintmsk = value;
        break;
    case GRXFSIZ:
        o->grxfsiz = value;
        break;
    case DIEPTXF0:
        o->dieptxf[0] = value;
        break;
    case GCCFG:
        o->gccfg = value;
        break;
    case GDFIFOCFG:
        o->gdfifocfg = value;
        break;
    default:
        tn_emu_refuse(e);
        break;
    }
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct otg *o = state;

    (void)size;
    if (!tn_emu_stm32_has_otg(e)) {
        return;
    }
    if (off >= FIFO && tn_emu_otg_is_host(e, o)) {
        tn_emu_otg_host_tx(e, o, off / FIFO - 1, value);
    } else if (off >= FIFO) {
        tn_emu_otg_tx_put(e, o, off / FIFO - 1, value);
    } else if (off >= DEVICE) {
        store_device(e, o, off, value);
    } else {
        store_global(e, o, off, value);
    }
    tick(e, state);
    tn_emu_attend(e);
}

static void reset_old(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e, (void)cause;
    *(struct otg *)state = (struct otg){0};
    reset_core(state);
}

static void reset_new(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e, (void)cause;
    *(struct otg *)state = (struct otg){.is_new = true};
    reset_core(state);
}

#define OTG(nth, resets)                                                                           \
    const struct tn_emu_device tn_emu_stm32_##nth = {                                              \
            .name = "OTG_FS",                                                                      \
            .base = 0x50000000,                                                                    \
            .size = 0x8000,                                                                        \
            .state_size = sizeof(struct otg),                                                      \
            .reset = resets,                                                                       \
            .load = load,                                                                          \
            .store = store,                                                                        \
            .tick = tick,                                                                          \
    }

// [registers OTG_FS_GLOBAL as OTG_FS]
OTG(otg1, reset_old);
OTG(otg2, reset_new);

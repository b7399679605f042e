// SPDX-License-Identifier: Apache-2.0
// OTG_FS as a device without DMA: control, bulk and interrupt transfers. Isochronous endpoints, the
// host's side, suspend and remote wake-up are not modelled.
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

#include "emu/core/emu.h"
#include "stm32_priv.h"

// Names as the list of the F405 has them; that of the F207 and the L476 puts FS_ before some.
enum {
    GOTGCTL = 0x000,     // [OTG_FS_GLOBAL.GOTGCTL of stm32f405 stm32f446; OTG_FS_GLOBAL.FS_GOTGCTL]
    GOTGINT = 0x004,     // [OTG_FS_GLOBAL.GOTGINT of stm32f405 stm32f446; OTG_FS_GLOBAL.FS_GOTGINT]
    GAHBCFG = 0x008,     // [OTG_FS_GLOBAL.GAHBCFG of stm32f405 stm32f446; OTG_FS_GLOBAL.FS_GAHBCFG]
    GUSBCFG = 0x00c,     // [OTG_FS_GLOBAL.GUSBCFG of stm32f405 stm32f446; OTG_FS_GLOBAL.FS_GUSBCFG]
    GRSTCTL = 0x010,     // [OTG_FS_GLOBAL.GRSTCTL of stm32f405 stm32f446; OTG_FS_GLOBAL.FS_GRSTCTL]
    GINTSTS = 0x014,     // [OTG_FS_GLOBAL.GINTSTS of stm32f405 stm32f446; OTG_FS_GLOBAL.FS_GINTSTS]
    GINTMSK = 0x018,     // [OTG_FS_GLOBAL.GINTMSK of stm32f405 stm32f446; OTG_FS_GLOBAL.FS_GINTMSK]
    GRXSTSR = 0x01c,     // [OTG_FS_GLOBAL.GRXSTSR_DEVICE of stm32f405 stm32f446]
    GRXSTSP = 0x020,     // [OTG_FS_GLOBAL.GRXSTSP_DEVICE of stm32f405 stm32f446]
    GRXFSIZ = 0x024,     // [OTG_FS_GLOBAL.GRXFSIZ of stm32f405 stm32f446; OTG_FS_GLOBAL.FS_GRXFSIZ]
    DIEPTXF0 = 0x028,    // [OTG_FS_GLOBAL.DIEPTXF0 of stm32f405 stm32f446]
    GCCFG = 0x038,       // [OTG_FS_GLOBAL.GCCFG of stm32f405 stm32f446; OTG_FS_GLOBAL.FS_GCCFG]
    CID = 0x03c,         // [OTG_FS_GLOBAL.CID of stm32f405; OTG_FS_GLOBAL.OTG_CID of stm32f446]
    GSNPSID = 0x040,     // [manual: Synopsys, by TinyUSB 0.18 dwc2_type.h]
    GHWCFG1 = 0x044,     // [manual: Synopsys, by TinyUSB 0.18 dwc2_type.h]
    GHWCFG4 = 0x050,     // [manual: Synopsys, by TinyUSB 0.18 dwc2_type.h]
    GDFIFOCFG = 0x05c,   // [manual: Synopsys, by TinyUSB 0.18 dwc2_type.h]
    DIEPTXF1 = 0x104,    // [OTG_FS_GLOBAL.DIEPTXF1 of stm32f405 stm32f446]
    BVALOEN = 1 << 6,    // [manual: RM0390 and RM0351, OTG_GOTGCTL]
    BVALOVAL = 1 << 7,   // [manual: RM0390 and RM0351, OTG_GOTGCTL]
    SEDET = 1 << 2,      // [OTG_FS_GLOBAL.GOTGINT.SEDET of stm32f405 stm32f446]
    GINT = 1 << 0,       // [OTG_FS_GLOBAL.GAHBCFG.GINT of stm32f405 stm32f446]
    TXFELVL = 1 << 7,    // [OTG_FS_GLOBAL.GAHBCFG.TXFELVL of stm32f405 stm32f446]
    PHYSEL = 1 << 6,     // [OTG_FS_GLOBAL.GUSBCFG.PHYSEL of stm32f405 stm32f446]
    TRDT = 15 << 10,     // [OTG_FS_GLOBAL.GUSBCFG.TRDT of stm32f405 stm32f446]
    TRDT_BIT = 10,       // [OTG_FS_GLOBAL.GUSBCFG.TRDT bit of stm32f405 stm32f446]
    FDMOD = 1 << 30,     // [OTG_FS_GLOBAL.GUSBCFG.FDMOD of stm32f405 stm32f446]
    CSRST = 1 << 0,      // [OTG_FS_GLOBAL.GRSTCTL.CSRST of stm32f405 stm32f446]
    RXFFLSH = 1 << 4,    // [OTG_FS_GLOBAL.GRSTCTL.RXFFLSH of stm32f405 stm32f446]
    TXFFLSH = 1 << 5,    // [OTG_FS_GLOBAL.GRSTCTL.TXFFLSH of stm32f405 stm32f446]
    TXFNUM_BIT = 6,      // [OTG_FS_GLOBAL.GRSTCTL.TXFNUM bit of stm32f405 stm32f446]
    TXFNUM_ALL = 16,     // [none: "OTG_GRSTCTL", TXFNUM: all FIFOs]
    OTGINT = 1 << 2,     // [OTG_FS_GLOBAL.GINTSTS.OTGINT of stm32f405 stm32f446]
    SOF = 1 << 3,        // [OTG_FS_GLOBAL.GINTSTS.SOF of stm32f405 stm32f446]
    RXFLVL = 1 << 4,     // [OTG_FS_GLOBAL.GINTSTS.RXFLVL of stm32f405 stm32f446]
    NPTXFE = 1 << 5,     // [OTG_FS_GLOBAL.GINTSTS.NPTXFE of stm32f405 stm32f446]
    GONAKEFF = 1 << 7,   // [OTG_FS_GLOBAL.GINTSTS.GOUTNAKEFF of stm32f405 stm32f446]
    USBRST = 1 << 12,    // [OTG_FS_GLOBAL.GINTSTS.USBRST of stm32f405 stm32f446]
    ENUMDNE = 1 << 13,   // [OTG_FS_GLOBAL.GINTSTS.ENUMDNE of stm32f405 stm32f446]
    IEPINT = 1 << 18,    // [OTG_FS_GLOBAL.GINTSTS.IEPINT of stm32f405 stm32f446]
    OEPINT = 1 << 19,    // [OTG_FS_GLOBAL.GINTSTS.OEPINT of stm32f405 stm32f446]
    PWRDWN = 1 << 16,    // [OTG_FS_GLOBAL.GCCFG.PWRDWN of stm32f405 stm32f446]
    VBUSBSEN = 1 << 19,  // [OTG_FS_GLOBAL.GCCFG.VBUSBSEN of stm32f405]
    NOVBUSSENS = 1 << 21,  // [OTG_FS_GLOBAL.GCCFG.NOVBUSSENS of stm32f405]
    VBDEN = 1 << 21,       // [manual: RM0390 and RM0351, OTG_GCCFG]
    PKTSTS_BIT = 17,       // [OTG_FS_GLOBAL.GRXSTSR_DEVICE.PKTSTS bit of stm32f405 stm32f446]
    BCNT_BIT = 4,          // [OTG_FS_GLOBAL.GRXSTSR_DEVICE.BCNT bit of stm32f405 stm32f446]
    DEPTH_BIT = 16,        // [OTG_FS_GLOBAL.DIEPTXF1.INEPTXFD bit of stm32f405 stm32f446]
    IRQ = 67,              // [irq OTG_FS]
};
#define AHBIDL 0x80000000u         // [OTG_FS_GLOBAL.GRSTCTL.AHBIDL of stm32f405 stm32f446]
#define GOTGCTL_RESET 0x800u       // [OTG_FS_GLOBAL.GOTGCTL reset of stm32f405 stm32f446]
#define GUSBCFG_RESET 0xa00u       // [OTG_FS_GLOBAL.GUSBCFG reset of stm32f405 stm32f446]
#define GINTSTS_RESET 0x04000020u  // [OTG_FS_GLOBAL.GINTSTS reset of stm32f405 stm32f446]
#define GRXFSIZ_RESET 0x200u       // [OTG_FS_GLOBAL.GRXFSIZ reset of stm32f405 stm32f446]
#define DIEPTXF0_RESET 0x200u      // [OTG_FS_GLOBAL.DIEPTXF0 reset of stm32f405 stm32f446]
#define DIEPTXF_RESET 0x02000400u  // [manual: RM0090, OTG_FS_DIEPTXFx]

// The core's own numbers: version 1.2, then 2.0. [manual: TinyUSB 0.18 dwc2_info.md, F405 and L476]
static const uint32_t hardware[2][6] = {
        // CID, GSNPSID, GHWCFG1 to GHWCFG4 [manual: TinyUSB 0.18 dwc2_info.md, F405 and L476]
        {0x1200, 0x4f54281a, 0, 0x229dcd20, 0x020001e8, 0x0ff08030},
        // [manual: TinyUSB 0.18 dwc2_info.md, F405 and L476]
        {0x2000, 0x4f54310a, 0, 0x229ed520, 0x0200d1e8, 0x17f08030},
};

enum {
    // Of OTG_FS_DEVICE, from OTG_FS_GLOBAL on.
    DEVICE = 0x800,              // [none: OTG_FS_DEVICE less OTG_FS_GLOBAL]
    DCFG = DEVICE + 0x00,        // [OTG_FS_DEVICE.DCFG of stm32f405 stm32f446]
    DCTL = DEVICE + 0x04,        // [OTG_FS_DEVICE.DCTL of stm32f405 stm32f446]
    DSTS = DEVICE + 0x08,        // [OTG_FS_DEVICE.DSTS of stm32f405 stm32f446]
    DIEPMSK = DEVICE + 0x10,     // [OTG_FS_DEVICE.DIEPMSK of stm32f405 stm32f446]
    DOEPMSK = DEVICE + 0x14,     // [OTG_FS_DEVICE.DOEPMSK of stm32f405 stm32f446]
    DAINT = DEVICE + 0x18,       // [OTG_FS_DEVICE.DAINT of stm32f405 stm32f446]
    DAINTMSK = DEVICE + 0x1c,    // [OTG_FS_DEVICE.DAINTMSK of stm32f405 stm32f446]
    DIEPEMPMSK = DEVICE + 0x34,  // [OTG_FS_DEVICE.DIEPEMPMSK of stm32f405 stm32f446]
    IN = DEVICE + 0x100,         // [OTG_FS_DEVICE.DIEPCTL0 of stm32f405 stm32f446]
    IN1 = DEVICE + 0x120,        // [OTG_FS_DEVICE.DIEPCTL1 of stm32f405 stm32f446]
    OUT = DEVICE + 0x300,        // [OTG_FS_DEVICE.DOEPCTL0 of stm32f405 stm32f446]
    PCGCCTL = 0xe00,             // [none: OTG_FS_PWRCLK]
    FIFO = 0x1000,               // [none: "CSR memory map", data FIFOs]
    DAD_BIT = 4,                 // [OTG_FS_DEVICE.DCFG.DAD bit of stm32f405 stm32f446]
    DAD = 0x7f,                  // [none: 7 bits]
    SDIS = 1 << 1,               // [OTG_FS_DEVICE.DCTL.SDIS of stm32f405 stm32f446]
    GONSTS = 1 << 3,             // [OTG_FS_DEVICE.DCTL.GONSTS of stm32f405 stm32f446]
    SGONAK = 1 << 9,             // [OTG_FS_DEVICE.DCTL.SGONAK of stm32f405 stm32f446]
    CGONAK = 1 << 10,            // [OTG_FS_DEVICE.DCTL.CGONAK of stm32f405 stm32f446]
    FULL_SPEED = 3 << 1,         // [OTG_FS_DEVICE.DSTS.ENUMSPD of stm32f405 stm32f446]
    FNSOF_BIT = 8,               // [OTG_FS_DEVICE.DSTS.FNSOF bit of stm32f405 stm32f446]
    FRAMES = 0x3fff,             // [none: 14 bits]
    // An endpoint's registers, from its first one on.
    CTL = 0x00,          // [none: DIEPCTL0]
    INT = 0x08,          // [none: DIEPINT0]
    TSIZ = 0x10,         // [none: DIEPTSIZ0]
    DTXFSTS = 0x18,      // [none: DTXFSTS0]
    MPSIZ = 0x7ff,       // [OTG_FS_DEVICE.DIEPCTL1.MPSIZ of stm32f405 stm32f446]
    USBAEP = 1 << 15,    // [OTG_FS_DEVICE.DIEPCTL1.USBAEP of stm32f405 stm32f446]
    DPID = 1 << 16,      // [OTG_FS_DEVICE.DIEPCTL1.EONUM_DPID of stm32f405 stm32f446]
    NAKSTS = 1 << 17,    // [OTG_FS_DEVICE.DIEPCTL1.NAKSTS of stm32f405 stm32f446]
    EPTYP = 3 << 18,     // [OTG_FS_DEVICE.DIEPCTL1.EPTYP of stm32f405 stm32f446]
    STALL = 1 << 21,     // [OTG_FS_DEVICE.DIEPCTL1.STALL of stm32f405 stm32f446]
    TXFNUM = 15 << 22,   // [OTG_FS_DEVICE.DIEPCTL1.TXFNUM of stm32f405 stm32f446]
    TXFNUM_EP_BIT = 22,  // [OTG_FS_DEVICE.DIEPCTL1.TXFNUM bit of stm32f405 stm32f446]
    CNAK = 1 << 26,      // [OTG_FS_DEVICE.DIEPCTL1.CNAK of stm32f405 stm32f446]
    SNAK = 1 << 27,      // [OTG_FS_DEVICE.DIEPCTL1.SNAK of stm32f405 stm32f446]
    SD0PID = 1 << 28,    // [OTG_FS_DEVICE.DIEPCTL1.SD0PID_SEVNFRM of stm32f405 stm32f446]
    SD1PID = 1 << 29,    // [manual: RM0090, OTG_FS_DIEPCTLx]
    EPDIS = 1 << 30,     // [OTG_FS_DEVICE.DIEPCTL1.EPDIS of stm32f405 stm32f446]
    XFRC = 1 << 0,       // [OTG_FS_DEVICE.DIEPINT0.XFRC of stm32f405 stm32f446]
    EPDISD = 1 << 1,     // [OTG_FS_DEVICE.DIEPINT0.EPDISD of stm32f405 stm32f446]
    STUP = 1 << 3,       // [OTG_FS_DEVICE.DOEPINT0.STUP of stm32f405 stm32f446]
    INEPNE = 1 << 6,     // [OTG_FS_DEVICE.DIEPINT0.INEPNE of stm32f405 stm32f446]
    TXFE = 1 << 7,       // [OTG_FS_DEVICE.DIEPINT0.TXFE of stm32f405 stm32f446]
    STPKTRX = 1 << 15,   // [manual: RM0351, OTG_DOEPINTx]
    XFRSIZ = 0x7ffff,    // [OTG_FS_DEVICE.DIEPTSIZ1.XFRSIZ of stm32f405]
    PKTCNT_BIT = 19,     // [OTG_FS_DEVICE.DIEPTSIZ1.PKTCNT bit of stm32f405]
    PKTCNT = 0x3ff,      // [none: 10 bits]
    OUT_SHIFT = 16,      // [OTG_FS_DEVICE.DAINT.OEPINT bit of stm32f405 stm32f446]
};
#define EPENA 0x80000000u       // [OTG_FS_DEVICE.DIEPCTL1.EPENA of stm32f405 stm32f446]
#define DCFG_RESET 0x02200000u  // [OTG_FS_DEVICE.DCFG reset of stm32f405 stm32f446]

// PKTSTS. [manual: RM0090, OTG_FS_GRXSTSR]
enum {
    GLOBAL_NAK = 1,
    OUT_DATA = 2,
    OUT_DONE = 3,
    SETUP_DONE = 4,
    SETUP_DATA = 6,
};

enum {
    ENDPOINTS = 6,
    OLD_ENDPOINTS = 4,
    WORDS = 320,  // of FIFO memory
    TXF_LEAST = 16,
    PACKET = 64,
    RX_ROOM = 64,
    USB_HZ = 48000000,
    PIN_DM = 11,
    PIN_DP = 12,
    AF = 10,
    REQUEST_IN = 0x80,  // [none: bmRequestType, USB 2.0 section 9.3]
    SET_ADDRESS = 5,    // [none: bRequest, USB 2.0 section 9.4]
};

struct endpoint {
    uint32_t ctl, intr, tsiz;
    uint32_t left;    // IN: bytes of the transfer that are not sent
    uint32_t pushed;  // IN: words of the next packet that are in the FIFO
};

struct fifo {
    uint32_t words[WORDS];
    uint32_t n;
};

// An entry of the receive FIFO: status, and data.
struct received {
    uint32_t status;
    uint8_t data[PACKET];
    uint32_t len;
};

struct otg {
    bool is_new;
    uint32_t gotgctl, gotgint, gahbcfg, gusbcfg, gintsts, gintmsk, grxfsiz, gccfg, pcgcctl,
            gdfifocfg;
    uint32_t dieptxf[ENDPOINTS];
    uint32_t dcfg, dctl, diepmsk, doepmsk, daintmsk, diepempmsk, frame;
    bool resetting;  // CSRST, which ends with a clock only
    struct endpoint in[ENDPOINTS], out[ENDPOINTS];
    struct fifo tx[ENDPOINTS];
    struct received rx[RX_ROOM];
    uint32_t nrx;
    struct received popped;  // whose data is being read
    uint32_t at;
    bool had_session;
    // What the host has.
    uint8_t setup[8];
    uint32_t address;
};

static unsigned endpoints(const struct otg *o) {
    return o->is_new ? ENDPOINTS : OLD_ENDPOINTS;
}

static uint32_t words_of(uint32_t bytes) {
    return (bytes + 3) / 4;
}

// ---- FIFOs -----------------------------------------------------------------------------

static uint32_t rx_used(const struct otg *o) {
    uint32_t n = 0;

    for (uint32_t i = 0; i < o->nrx; i++) {
        n += 1 + words_of(o->rx[i].len);
    }
    return n + (o->at < o->popped.len ? words_of(o->popped.len - o->at) : 0);
}

static bool rx_has_room(const struct otg *o, uint32_t bytes) {
    return o->nrx + 2 <= RX_ROOM && rx_used(o) + 2 + words_of(bytes) <= o->grxfsiz;
}

static void rx_put(struct otg *o, uint32_t pktsts, unsigned ep, const void *data, size_t len) {
    struct received *r = &o->rx[o->nrx++];

    r->status = ep | (uint32_t)len << BCNT_BIT | pktsts << PKTSTS_BIT;
    r->len = (uint32_t)len;
    if (len) {
        memcpy(r->data, data, len);
    }
}

// Reads the status of the first entry, whose data comes next from the FIFO. An empty FIFO gives 0
// ("OTG_GRXSTSP").
static uint32_t rx_pop(struct tn_emu *e, struct otg *o) {
    if (o->at < o->popped.len) {
        tn_emu_refuse(e);  // the last packet is not read
    }
    if (!o->nrx) {
        return 0;
    }
    o->popped = o->rx[0];
    o->at = 0;
    memmove(o->rx, o->rx + 1, --o->nrx * sizeof(*o->rx));
    uint32_t pktsts = o->popped.status >> PKTSTS_BIT & 15;  // [none: PKTSTS has 4 bits]
    struct endpoint *ep = &o->out[o->popped.status & 15];   // [none: EPNUM has 4 bits]
    ep->intr |= pktsts == OUT_DONE ? XFRC : pktsts == SETUP_DONE ? STUP : 0;
    if (pktsts == SETUP_DATA && o->is_new) {
        ep->intr |= XFRC | STPKTRX;  // TinyUSB's note on STM32L47x, handle_epout_slave
    }
    if (pktsts == GLOBAL_NAK) {
        o->gintsts |= GONAKEFF;
    }
    return o->popped.status;
}

static uint32_t rx_word(struct tn_emu *e, struct otg *o) {
    uint32_t word = 0;

    if (o->at >= o->popped.len) {
        tn_emu_refuse(e);
        return 0;
    }
    uint32_t n = o->popped.len - o->at < 4 ? o->popped.len - o->at : 4;
    memcpy(&word, o->popped.data + o->at, n);
    o->at += 4;
    return word;
}

static uint32_t depth(const struct otg *o, unsigned fifo) {
    return o->dieptxf[fifo] >> DEPTH_BIT;
}

static uint32_t mps(const struct endpoint *ep, bool is_0) {
    return is_0 ? PACKET : ep->ctl & MPSIZ;  // a program may have 8, 16, 32 on endpoint 0: not here
}

// A word of the packet that the transfer is at. XFRSIZ counts whole packets.
static void tx_put(struct tn_emu *e, struct otg *o, unsigned n, uint32_t word) {
    struct fifo *f = &o->tx[n];
    struct endpoint *ep = &o->in[n];
    uint32_t size = ep->tsiz & XFRSIZ;
    uint32_t packet = size < mps(ep, !n) ? size : mps(ep, !n);

    if (n >= endpoints(o) || !(ep->ctl & EPENA) || !size || f->n >= depth(o, n)) {
        tn_emu_refuse(e);
        return;
    }
    f->words[f->n++] = word;
    if (++ep->pushed == words_of(packet)) {
        ep->pushed = 0;
        ep->tsiz -= packet;
    }
}

static bool is_empty(const struct otg *o, unsigned ep) {
    uint32_t used = o->tx[ep].n;

    return o->gahbcfg & TXFELVL ? !used : used <= depth(o, ep) / 2;
}

// "FIFO RAM allocation": a transmit FIFO lies behind the receive FIFO, in the memory, and apart
// from the others.
static bool is_apart(const struct otg *o, unsigned fifo) {
    uint32_t begin = o->dieptxf[fifo] & 0xffff;
    uint32_t end = begin + depth(o, fifo);

    for (unsigned n = 0; n < endpoints(o); n++) {
        uint32_t other = o->dieptxf[n] & 0xffff;
        bool is_used = n == 0 || o->in[n].ctl & USBAEP;
        if (n != fifo && is_used && begin < other + depth(o, n) && other < end) {
            return false;
        }
    }
    return begin >= o->grxfsiz && end <= WORDS && depth(o, fifo) >= TXF_LEAST;
}

static void flush_tx(struct otg *o, unsigned n) {
    o->tx[n].n = 0;
    o->in[n].pushed = 0;
}

// ---- Interrupts ------------------------------------------------------------------------

static uint32_t in_intr(const struct otg *o, unsigned ep) {
    return o->in[ep].intr | (is_empty(o, ep) ? TXFE : 0);
}

static uint32_t daint(const struct otg *o) {
    uint32_t v = 0;

    for (unsigned ep = 0; ep < endpoints(o); ep++) {
        bool wants_more = o->diepempmsk >> ep & 1 && is_empty(o, ep);
        v |= o->in[ep].intr & o->diepmsk || wants_more ? 1u << ep : 0;
        v |= o->out[ep].intr & o->doepmsk ? 1u << (ep + OUT_SHIFT) : 0;
    }
    return v;
}

static uint32_t gintsts(const struct otg *o) {
    uint32_t d = daint(o) & o->daintmsk;

    return o->gintsts | NPTXFE | (o->gotgint ? OTGINT : 0) | (o->nrx ? RXFLVL : 0) |
            (d & 0xffff ? IEPINT : 0) | (d >> OUT_SHIFT ? OEPINT : 0);
}

// ---- The bus ---------------------------------------------------------------------------

static struct otg *state_of(void *ctx) {
    struct tn_emu *e = ctx;

    for (size_t i = 0; i < e->chip->ndevices; i++) {
        if (e->chip->devices[i] == &tn_emu_stm32_otg2) {
            return tn_emu_state(e, &tn_emu_stm32_otg2);
        }
    }
    return tn_emu_state(e, &tn_emu_stm32_otg1);
}

// VBUS as the controller sees it.
static bool has_session(const struct tn_emu *e, const struct otg *o) {
    if (o->is_new) {
        return o->gotgctl & BVALOEN ? o->gotgctl & BVALOVAL : o->gccfg & VBDEN && e->usb_power;
    }
    return o->gccfg & NOVBUSSENS || (o->gccfg & VBUSBSEN && e->usb_power);
}

static bool has_clock(struct tn_emu *e) {
    return tn_emu_stm32_usb_hz(e) == USB_HZ;
}

static bool is_connected(void *ctx) {
    struct tn_emu *e = ctx;
    const struct otg *o = state_of(ctx);

    return e->usb_power && tn_emu_stm32_has_otg(e) && has_clock(e) && has_session(e, o) &&
            o->gccfg & PWRDWN && o->gusbcfg & FDMOD && !(o->dctl & SDIS) &&
            tn_emu_stm32_pin_is(e, 0, PIN_DM, AF) && tn_emu_stm32_pin_is(e, 0, PIN_DP, AF);
}

// "TRDT values": the least turnaround time by the AHB's clock.
static bool turns_around(struct tn_emu *e, const struct otg *o) {
    static const struct {
        uint32_t khz, trdt;
    } least[] = {{32000, 6}, {27500, 7}, {24000, 8}, {21800, 9}, {20000, 10}, {18500, 11},
            {17200, 12}, {16000, 13}, {15000, 14}, {14200, 15}};
    uint32_t khz = tn_emu_stm32_hz(e) / 1000;

    for (size_t i = 0; i < sizeof(least) / sizeof(*least); i++) {
        if (khz >= least[i].khz) {
            return (o->gusbcfg & TRDT) >> TRDT_BIT >= least[i].trdt;
        }
    }
    return false;
}

// True if the device hears a token of the host, which has this address for it. During SET_ADDRESS
// the program has written the new one already.
static bool hears(struct tn_emu *e, struct otg *o) {
    uint32_t address = o->dcfg >> DAD_BIT & DAD;
    bool comes = !o->setup[0] && o->setup[1] == SET_ADDRESS && address == o->setup[2];

    tn_emu_worked(e);
    tn_emu_attend(e);
    if (!is_connected(e)) {
        return false;
    }
    if (!turns_around(e, o)) {
        tn_emu_refuse(e);
        return false;
    }
    return address == o->address || comes;
}

static void bus_reset(void *ctx) {
    struct otg *o = state_of(ctx);

    if (!is_connected(ctx)) {
        return;
    }
    for (unsigned ep = 1; ep < ENDPOINTS; ep++) {
        o->in[ep].ctl &= ~(uint32_t)USBAEP;
        o->out[ep].ctl &= ~(uint32_t)USBAEP;
    }
    o->address = 0;
    memset(o->setup, 0, sizeof(o->setup));
    o->gintsts |= USBRST | ENUMDNE;
    tn_emu_attend(ctx);
}

static int bus_setup(void *ctx, const uint8_t request[8]) {
    struct otg *o = state_of(ctx);

    if (!hears(ctx, o)) {
        return TN_CABLE_NONE;
    }
    if (!rx_has_room(o, 8)) {
        tn_emu_refuse(ctx);
        return TN_CABLE_NONE;
    }
    memcpy(o->setup, request, sizeof(o->setup));
    o->in[0].ctl = (o->in[0].ctl & ~(uint32_t)STALL) | NAKSTS;
    o->out[0].ctl = (o->out[0].ctl & ~(EPENA | STALL)) | NAKSTS;
    rx_put(o, SETUP_DATA, 0, request, 8);
    rx_put(o, SETUP_DONE, 0, NULL, 0);
    return 0;
}

// The packet is acknowledged.
static void sent(struct otg *o, unsigned n) {
    struct endpoint *ep = &o->in[n];
    uint32_t packets = ep->tsiz >> PKTCNT_BIT & PKTCNT;

    ep->tsiz -= 1u << PKTCNT_BIT;
    ep->ctl ^= DPID;
    if (packets == 1) {
        ep->ctl &= ~EPENA;
        ep->intr |= XFRC;
    }
    if (!n && !(o->setup[0] & REQUEST_IN) && o->setup[1] == SET_ADDRESS) {
        o->address = o->setup[2];
    }
}

static int bus_in(void *ctx, uint8_t n, uint8_t *buf, size_t size) {
    struct otg *o = state_of(ctx);
    struct endpoint *ep = &o->in[n];

    if (!hears(ctx, o) || n >= endpoints(o) || (n && !(ep->ctl & USBAEP))) {
        return TN_CABLE_NONE;
    }
    if (ep->ctl & STALL) {
        return TN_CABLE_STALL;
    }
    struct fifo *f = &o->tx[n];
    uint32_t len = ep->left < mps(ep, !n) ? ep->left : mps(ep, !n);
    uint32_t words = words_of(len);
    if (ep->ctl & NAKSTS || !(ep->ctl & EPENA) || !(ep->tsiz >> PKTCNT_BIT & PKTCNT) ||
            f->n < words || len > size) {
        return TN_CABLE_NAK;
    }
    memcpy(buf, f->words, len);
    f->n -= words;
    memmove(f->words, f->words + words, f->n * sizeof(*f->words));
    ep->left -= len;
    sent(o, n);
    return (int)len;
}

static int bus_out(void *ctx, uint8_t n, const uint8_t *data, size_t len) {
    struct otg *o = state_of(ctx);
    struct endpoint *ep = &o->out[n];

    if (!hears(ctx, o) || n >= endpoints(o) || (n && !(ep->ctl & USBAEP)) || len > mps(ep, !n)) {
        return TN_CABLE_NONE;
    }
    if (ep->ctl & STALL) {
        return TN_CABLE_STALL;
    }
    if (ep->ctl & NAKSTS || !(ep->ctl & EPENA) || o->dctl & GONSTS ||
            !rx_has_room(o, (uint32_t)len)) {
        return TN_CABLE_NAK;
    }
    if (len > (ep->tsiz & XFRSIZ)) {
        tn_emu_refuse(ctx);  // the transfer has no room for what it accepts
        return TN_CABLE_NAK;
    }
    rx_put(o, OUT_DATA, n, data, len);
    ep->tsiz -= (uint32_t)len + (1u << PKTCNT_BIT);
    ep->ctl ^= DPID;
    if (len < mps(ep, !n) || !(ep->tsiz >> PKTCNT_BIT & PKTCNT)) {
        ep->ctl &= ~EPENA;
        rx_put(o, OUT_DONE, n, NULL, 0);
    }
    return 0;
}

static void bus_frame(void *ctx) {
    struct otg *o = state_of(ctx);

    if (is_connected(ctx)) {
        o->frame = (o->frame + 1) & FRAMES;
        o->gintsts |= SOF;
        tn_emu_attend(ctx);
    }
}

const struct tn_usb_cable tn_emu_stm32_usb = {
        is_connected, bus_reset, bus_setup, bus_in, bus_out, bus_frame, NULL};

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
    for (unsigned n = 1; n < endpoints(o); n++) {
        o->dieptxf[n] = DIEPTXF_RESET;
    }
    o->in[0].ctl = 0;
    o->out[0].ctl = USBAEP;
}

// A session that ends is an interrupt; CSRST lasts until the clock is there.
static uint64_t tick(struct tn_emu *e, void *state) {
    struct otg *o = state;
    bool session = has_session(e, o);

    if (o->had_session && !session) {
        o->gotgint |= SEDET;
    }
    o->had_session = session;
    if (o->resetting && has_clock(e)) {
        reset_core(o);
    }
    tn_emu_irq(e, IRQ, o->gahbcfg & GINT && gintsts(o) & o->gintmsk);
    return TN_EMU_NEVER;
}

static uint32_t load_endpoint(const struct otg *o, uint32_t off) {
    bool is_in = off < OUT;
    unsigned n = (off - (is_in ? IN : OUT)) / (IN1 - IN);
    const struct endpoint *ep = is_in ? &o->in[n] : &o->out[n];

    if (n >= endpoints(o)) {
        return 0;
    }
    switch (off % (IN1 - IN)) {
    case CTL:
        return ep->ctl | (n ? 0 : USBAEP);
    case INT:
        return is_in ? in_intr(o, n) : ep->intr;
    case TSIZ:
        return ep->tsiz;
    case DTXFSTS:
        return is_in ? depth(o, n) - o->tx[n].n : 0;
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
        return FULL_SPEED | o->frame << FNSOF_BIT;
    case DIEPMSK:
        return o->diepmsk;
    case DOEPMSK:
        return o->doepmsk;
    case DAINT:
        return daint(o);
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

static uint32_t load_global(struct tn_emu *e, struct otg *o, uint32_t off) {
    if (off == CID || (off >= GSNPSID && off <= GHWCFG4)) {
        return hardware[o->is_new][(off - CID) / 4];
    }
    if (off >= DIEPTXF1 && off < DIEPTXF1 + 4 * (endpoints(o) - 1)) {
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
        if (!(gintsts(o) & o->gintmsk)) {
            tn_emu_polled(e);  // a handler begins with this register
        }
        return gintsts(o);
    case GINTMSK:
        return o->gintmsk;
    case GRXSTSR:
        return o->nrx ? o->rx[0].status : 0;
    case GRXSTSP:
        return rx_pop(e, o);
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
        return rx_word(e, o);
    }
    uint32_t v = off < DEVICE ? load_global(e, o, off) : load_device(o, off);
    tn_emu_attend(e);
    return v;
}

static void enable(struct tn_emu *e, struct otg *o, struct endpoint *ep, unsigned n, bool is_in) {
    ep->ctl |= EPENA;
    ep->left = ep->tsiz & XFRSIZ;
    ep->pushed = 0;
    if (is_in && ((ep->ctl & TXFNUM) >> TXFNUM_EP_BIT != n || !is_apart(o, n))) {
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

    if (n >= endpoints(o)) {
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
        rx_put(o, GLOBAL_NAK, 0, NULL, 0);  // in effect when the program has read this
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
            flush_tx(o, i);
        }
    }
}

static void store_global(struct tn_emu *e, struct otg *o, uint32_t off, uint32_t value) {
    if (off >= DIEPTXF1 && off < DIEPTXF1 + 4 * (endpoints(o) - 1)) {
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
        o->gusbcfg = value | PHYSEL;
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
    if (off >= FIFO) {
        tx_put(e, o, off / FIFO - 1, value);
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

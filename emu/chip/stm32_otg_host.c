// SPDX-License-Identifier: Apache-2.0
// OTG_FS as a host without DMA: its port, and channels of control and bulk transfers at full speed.
// Periodic transfers, hubs, low speed and the time that a packet takes are not modelled.
//
// Sources: those of stm32_otg.c; RM0033 and RM0090, "Host programming model", in it "Bulk and
// control IN/OUT/SETUP transactions" and "Halting a channel", and the registers OTG_FS_H...; USB
// 2.0 sections 8.6 (toggles) and 9.4.
//
// What counts as a violation: a packet whose frame length or clock (HFIR, HCFG) is not that of full
// speed, a bus reset of less than 10 ms, a transmit FIFO that overlaps the receive FIFO or leaves
// the memory, more words than the transfer has.
#include <string.h>

#include "stm32_otg_priv.h"

// DPID of HCTSIZ.
enum {
    DATA0 = 0,
    DATA1 = 2,
    SETUP = 3,
    TOGGLE = DATA0 ^ DATA1,
};

// USB 2.0, section 9.4.
enum {
    ENDPOINT = 2,
    CLEAR_FEATURE = 1,
    SET_CONFIGURATION = 9,
};

enum {
    PINS = 16,       // of a port
    TOKENS = 8,      // that the request queue holds
    EPNUM = 15,      // [none: EPNUM has 4 bits]
    CHDAD = 0x7f,    // [none: DAD has 7 bits]
    DPID_MASK = 3,   // [none: DPID has 2 bits]
    TOKENS_BIT = 16  // [none: HNPTXSTS, NPTQXSAV]
};

static unsigned channels(const struct otg *o) {
    return o->is_new ? CHANNELS : OLD_CHANNELS;
}

bool tn_emu_otg_is_host(struct tn_emu *e, const struct otg *o) {
    return o->gusbcfg & FHMOD && tn_emu_us(e) >= o->host.mode_at;
}

void tn_emu_otg_host_reset(struct otg *o) {
    o->host = (struct host){.hfir = HFIR_RESET};
}

// ---- The port --------------------------------------------------------------------------

// VBUS at the connector is the board's matter: a pin switches it on.
static bool gives_power(struct tn_emu *e) {
    unsigned pin = e->usb_supply_pin;

    return pin && tn_emu_stm32_pin_drives(e, pin / PINS, pin % PINS);
}

static bool is_attached(struct tn_emu *e, const struct otg *o) {
    const struct tn_usb_cable *d = e->usb_device;

    return d && o->host.has_power && o->host.hprt & PPWR && o->gccfg & PWRDWN &&
            tn_emu_otg_has_clock(e) && tn_emu_stm32_pin_is(e, 0, PIN_DM, AF) &&
            tn_emu_stm32_pin_is(e, 0, PIN_DP, AF) && d->is_connected(d->ctx);
}

static void reset_device(struct tn_emu *e, struct otg *o) {
    struct host *h = &o->host;

    if (e->usb_device) {
        e->usb_device->reset(e->usb_device->ctx);
    }
    h->address = h->coming = 0;
    memset(h->toggles, 0, sizeof(h->toggles));
}

static void look_at_port(struct tn_emu *e, struct otg *o) {
    struct host *h = &o->host;
    bool has_power = gives_power(e);

    if (has_power != h->has_power) {
        h->has_power = has_power;
        reset_device(e, o);
    }
    bool attached = is_attached(e, o);
    if (attached && !(h->hprt & PCSTS)) {
        h->hprt |= PCSTS | PCDET | PLSTS_DP;
    } else if (!attached && h->hprt & PCSTS) {
        h->hprt |= h->hprt & PENA ? PENCHNG : 0;
        h->hprt &= ~(uint32_t)(PCSTS | PENA | PLSTS_DP | PSPD_FULL);
        o->gintsts |= DISCINT;
    }
}

// What the end of a bus reset finds is enabled.
static void store_hprt(struct tn_emu *e, struct otg *o, uint32_t value) {
    struct host *h = &o->host;
    uint32_t was = h->hprt;

    h->hprt &= ~(value & HPRT_CLEARED);
    h->hprt &= ~(value & PENA);  // 1 disables the port
    h->hprt = (h->hprt & ~(uint32_t)(PRST | PPWR)) | (value & (PRST | PPWR));
    if (value & PRST && !(was & PRST)) {
        h->reset_at = tn_emu_us(e);
        h->hprt &= ~(uint32_t)PENA;
        reset_device(e, o);
    } else if (!(value & PRST) && was & PRST && h->hprt & PCSTS) {
        if (tn_emu_us(e) - h->reset_at < BUS_RESET_US) {
            tn_emu_refuse(e);
        }
        h->hprt |= PENA | PENCHNG | PSPD_FULL;
    }
}

// ---- Packets ---------------------------------------------------------------------------

static unsigned endpoint_of(const struct channel *c) {
    return c->hcchar >> EPNUM_BIT & EPNUM;
}

static uint32_t pid_of(const struct channel *c) {
    return c->tsiz >> DPID_BIT & DPID_MASK;
}

static uint32_t packets_of(const struct channel *c) {
    return c->tsiz >> PKTCNT_BIT & PKTCNT;
}

static uint32_t largest_of(const struct channel *c) {
    uint32_t most = c->hcchar & MPSIZ;

    return most < PACKET ? most : PACKET;
}

// True if packets may go, and the device with the channel's address hears them.
static bool is_heard(struct tn_emu *e, struct otg *o, const struct channel *c) {
    struct host *h = &o->host;
    uint32_t address = c->hcchar >> CHDAD_BIT & CHDAD;

    if ((h->hcfg & FSLSPCS) != FSLSPCS_48 || (h->hfir & 0xffff) != HFIR_FULL) {
        tn_emu_refuse(e);
        return false;
    }
    return address == h->address;
}

// The device's toggle of the channel's endpoint.
static uint16_t *toggles_of(struct host *h, const struct channel *c) {
    return &h->toggles[!(c->hcchar & EPDIR)];
}

static bool expects(struct host *h, const struct channel *c) {
    uint32_t next = *toggles_of(h, c) >> endpoint_of(c) & 1 ? DATA1 : DATA0;

    return pid_of(c) == next;
}

static void turn(struct host *h, const struct channel *c) {
    *toggles_of(h, c) ^= (uint16_t)(1u << endpoint_of(c));
}

// The device has accepted a request: what follows begins with DATA1. An address is the device's
// when the status stage is over.
static void note_setup(struct host *h, const uint8_t *p) {
    memcpy(h->setup, p, sizeof(h->setup));
    h->toggles[0] |= 1;
    h->toggles[1] |= 1;
    if (!p[0] && p[1] == SET_ADDRESS) {
        h->coming = p[2];
    } else if (!p[0] && p[1] == SET_CONFIGURATION) {
        h->toggles[0] &= 1;
        h->toggles[1] &= 1;
    } else if (p[0] == ENDPOINT && p[1] == CLEAR_FEATURE) {
        h->toggles[!(p[4] & REQUEST_IN)] &= (uint16_t) ~(1u << (p[4] & EPNUM));
    }
}

// A packet has gone or come, and was acknowledged.
static void count(struct channel *c) {
    c->tsiz -= 1u << PKTCNT_BIT;
    if (pid_of(c) != SETUP) {
        c->tsiz ^= (uint32_t)TOGGLE << DPID_BIT;
    }
    c->intr |= CH_ACK;
}

static void miss(struct channel *c, int answer) {
    c->intr |= answer == TN_CABLE_NAK ? CH_NAK : answer == TN_CABLE_STALL ? CH_STALL : CH_TXERR;
}

static void send(struct tn_emu *e, struct otg *o, struct channel *c) {
    const struct tn_usb_cable *d = e->usb_device;
    struct host *h = &o->host;
    uint8_t packet[PACKET];
    uint32_t len = c->left < largest_of(c) ? c->left : largest_of(c);
    bool is_setup = pid_of(c) == SETUP;
    int answer = TN_CABLE_NONE;

    memcpy(packet, c->words, len);
    c->n = 0;
    c->asked = false;
    if (!is_heard(e, o, c)) {
        answer = TN_CABLE_NONE;
    } else if (is_setup) {
        answer = len == sizeof(h->setup) ? d->setup(d->ctx, packet) : TN_CABLE_NONE;
    } else if (!expects(h, c)) {
        answer = 0;  // the device takes it for one that it has, and drops it
    } else {
        answer = d->out(d->ctx, (uint8_t)endpoint_of(c), packet, len);
        if (!answer) {
            turn(h, c);
        }
    }
    if (answer) {
        miss(c, answer);
        return;
    }
    if (is_setup) {
        note_setup(h, packet);
    }
    count(c);
    c->left -= len;
    if (!packets_of(c)) {
        c->intr |= CH_XFRC;
        c->hcchar &= ~CHENA;
    }
}

static void ask(struct tn_emu *e, struct otg *o, struct channel *c, unsigned nth) {
    const struct tn_usb_cable *d = e->usb_device;
    struct host *h = &o->host;
    uint8_t packet[PACKET];

    if (!tn_emu_otg_rx_has_room(o, largest_of(c))) {
        return;  // the token waits
    }
    c->asked = false;
    int n = is_heard(e, o, c) ? d->in(d->ctx, (uint8_t)endpoint_of(c), packet, sizeof(packet))
                              : TN_CABLE_NONE;
    if (n < 0) {
        miss(c, n);
        return;
    }
    if (!expects(h, c)) {
        c->intr |= CH_DTERR;
        return;
    }
    if ((uint32_t)n > largest_of(c)) {
        c->intr |= CH_BBERR;
        return;
    }
    turn(h, c);
    if (!endpoint_of(c) && h->coming) {
        h->address = h->coming;
        h->coming = 0;
    }
    tn_emu_otg_rx_put(o, IN_DATA, nth, packet, (size_t)n);
    // What is more than the transfer has comes, too: the manuals want its size to be that of whole
    // packets, and do not say what a core does with a packet that is too long for it.
    c->tsiz -= (uint32_t)n < (c->tsiz & XFRSIZ) ? (uint32_t)n : c->tsiz & XFRSIZ;
    count(c);
    if ((uint32_t)n < largest_of(c) || !packets_of(c)) {
        tn_emu_otg_rx_put(o, IN_DONE, nth, NULL, 0);
    }
}

uint64_t tn_emu_otg_host_tick(struct tn_emu *e, struct otg *o) {
    if (!(o->gusbcfg & FHMOD)) {
        return TN_EMU_NEVER;
    }
    if (!tn_emu_otg_is_host(e, o)) {
        return o->host.mode_at;
    }
    look_at_port(e, o);
    for (unsigned n = 0; n < channels(o) && o->host.hprt & PENA; n++) {
        struct channel *c = &o->host.ch[n];
        if (c->asked && c->hcchar & EPDIR) {
            ask(e, o, c, n);
        } else if (c->asked) {
            send(e, o, c);
        }
    }
    return TN_EMU_NEVER;
}

// ---- Channels --------------------------------------------------------------------------

static uint32_t nptx_depth(const struct otg *o) {
    return o->dieptxf[0] >> DEPTH_BIT;
}

static uint32_t nptx_used(const struct otg *o) {
    uint32_t n = 0;

    for (unsigned i = 0; i < channels(o); i++) {
        n += o->host.ch[i].n;
    }
    return n;
}

static bool has_right_fifos(const struct otg *o) {
    uint32_t begin = o->dieptxf[0] & 0xffff;

    return begin >= o->grxfsiz && begin + nptx_depth(o) <= WORDS && nptx_depth(o) >= TXF_LEAST;
}

// A packet whose words are all there is sent; one without data at once.
static void send_if_whole(struct channel *c) {
    uint32_t len = c->left < largest_of(c) ? c->left : largest_of(c);

    c->asked = c->n == tn_emu_otg_words(len);
}

static void enable(struct tn_emu *e, struct otg *o, struct channel *c) {
    bool was_on = c->hcchar & CHENA;

    c->hcchar |= CHENA;
    if (!has_right_fifos(o)) {
        tn_emu_refuse(e);
    }
    if (c->hcchar & EPDIR) {
        c->asked = true;
    } else if (!was_on) {
        c->left = c->tsiz & XFRSIZ;
        c->n = 0;
        send_if_whole(c);
    }
}

// "Halting a channel": an IN channel halts when its entry in the receive FIFO has been read.
static void halt(struct otg *o, struct channel *c, unsigned nth) {
    c->asked = false;
    c->n = 0;
    if (c->hcchar & EPDIR) {
        tn_emu_otg_rx_put(o, HALTED, nth, NULL, 0);
    } else {
        c->hcchar &= ~CHENA;
        c->intr |= CH_CHH;
    }
}

static void store_char(struct tn_emu *e, struct otg *o, unsigned nth, uint32_t value) {
    struct channel *c = &o->host.ch[nth];
    bool is_on = c->hcchar & CHENA;

    c->hcchar = (value & ~(CHENA | CHDIS)) | (c->hcchar & CHENA);
    if (value & CHENA && value & CHDIS) {
        if (is_on) {
            halt(o, c, nth);
        }
    } else if (value & CHENA) {
        enable(e, o, c);
    }
}

void tn_emu_otg_host_tx(struct tn_emu *e, struct otg *o, unsigned nth, uint32_t word) {
    struct channel *c = &o->host.ch[nth < CHANNELS ? nth : 0];
    uint32_t len = c->left < largest_of(c) ? c->left : largest_of(c);

    if (nth >= channels(o) || !(c->hcchar & CHENA) || c->hcchar & EPDIR ||
            c->n >= tn_emu_otg_words(len) || nptx_used(o) >= nptx_depth(o)) {
        tn_emu_refuse(e);
        return;
    }
    c->words[c->n++] = word;
    send_if_whole(c);
}

void tn_emu_otg_host_popped(struct otg *o, uint32_t status) {
    uint32_t pktsts = status >> PKTSTS_BIT & 15;  // [none: PKTSTS has 4 bits]
    unsigned nth = status & 15;                   // [none: CHNUM has 4 bits]
    struct channel *c = &o->host.ch[nth < CHANNELS ? nth : 0];

    if (pktsts == IN_DONE) {
        c->intr |= CH_XFRC;
    } else if (pktsts == HALTED) {
        c->intr |= CH_CHH;
        c->hcchar &= ~CHENA;
    }
}

// ---- Registers -------------------------------------------------------------------------

static uint32_t haint(const struct otg *o) {
    uint32_t v = 0;

    for (unsigned n = 0; n < channels(o); n++) {
        v |= o->host.ch[n].intr & o->host.ch[n].mask ? 1u << n : 0;
    }
    return v;
}

uint32_t tn_emu_otg_host_gintsts(const struct otg *o) {
    return o->gintsts | CMOD | NPTXFE | (o->gotgint ? OTGINT : 0) | (o->nrx ? RXFLVL : 0) |
            (o->host.hprt & HPRT_CLEARED ? HPRTINT : 0) | (haint(o) & o->host.haintmsk ? HCINT : 0);
}

static uint32_t load_channel(const struct otg *o, uint32_t off) {
    unsigned nth = (off - HC) / (HC1 - HC);
    const struct channel *c = &o->host.ch[nth < CHANNELS ? nth : 0];

    if (nth >= channels(o)) {
        return 0;
    }
    switch (off % (HC1 - HC)) {
    case CTL:
        return c->hcchar;
    case HCINTX:
        return c->intr;
    case HCINTMSK:
        return c->mask;
    case HCTSIZ:
        return c->tsiz;
    default:
        return 0;
    }
}

static void store_channel(struct tn_emu *e, struct otg *o, uint32_t off, uint32_t value) {
    unsigned nth = (off - HC) / (HC1 - HC);
    struct channel *c = &o->host.ch[nth < CHANNELS ? nth : 0];

    if (nth >= channels(o)) {
        tn_emu_refuse(e);
        return;
    }
    switch (off % (HC1 - HC)) {
    case CTL:
        store_char(e, o, nth, value);
        break;
    case HCSPLT:
        break;
    case HCINTX:
        c->intr &= ~value;
        break;
    case HCINTMSK:
        c->mask = value;
        break;
    case HCTSIZ:
        c->tsiz = value;
        break;
    default:
        tn_emu_refuse(e);
        break;
    }
}

uint32_t tn_emu_otg_host_load(struct tn_emu *e, struct otg *o, uint32_t off) {
    struct host *h = &o->host;

    switch (off) {
    case HNPTXSTS:
        return TOKENS << TOKENS_BIT | (nptx_depth(o) - nptx_used(o));
    case HPTXFSIZ:
        return h->hptxfsiz;
    case HCFG:
        return h->hcfg;
    case HFIR:
        return h->hfir;
    case HFNUM:
        return (uint32_t)(tn_emu_us(e) / 1000) & FRAMES;
    case HPTXSTS:
        return TOKENS << TOKENS_BIT | h->hptxfsiz >> DEPTH_BIT;
    case HAINT:
        return haint(o);
    case HAINTMSK:
        return h->haintmsk;
    case HPRT:
        return h->hprt;
    default:
        return off >= HC ? load_channel(o, off) : 0;
    }
}

void tn_emu_otg_host_store(struct tn_emu *e, struct otg *o, uint32_t off, uint32_t value) {
    struct host *h = &o->host;

    switch (off) {
    case HPTXFSIZ:
        h->hptxfsiz = value;
        break;
    case HCFG:
        h->hcfg = value;
        break;
    case HFIR:
        h->hfir = value;
        break;
    case HAINTMSK:
        h->haintmsk = value;
        break;
    case HPRT:
        store_hprt(e, o, value);
        break;
    default:
        if (off >= HC) {
            store_channel(e, o, off, value);
        } else {
            tn_emu_refuse(e);
        }
        break;
    }
}

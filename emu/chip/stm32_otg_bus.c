// SPDX-License-Identifier: Apache-2.0
// OTG_FS: the host's end of its cable. stm32_otg.c names the sources.
#include <string.h>

#include "stm32_otg_priv.h"

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
bool tn_emu_otg_has_session(const struct tn_emu *e, const struct otg *o) {
    if (o->is_new) {
        return o->gotgctl & BVALOEN ? o->gotgctl & BVALOVAL : o->gccfg & VBDEN && e->usb_power;
    }
    return o->gccfg & NOVBUSSENS || (o->gccfg & VBUSBSEN && e->usb_power);
}

bool tn_emu_otg_has_clock(struct tn_emu *e) {
    return tn_emu_stm32_usb_hz(e) == USB_HZ;
}

static bool is_connected(void *ctx) {
    struct tn_emu *e = ctx;
    const struct otg *o = state_of(ctx);

    return e->usb_power && tn_emu_stm32_has_otg(e) && tn_emu_otg_has_clock(e) &&
            tn_emu_otg_has_session(e, o) && o->gccfg & PWRDWN && o->gusbcfg & FDMOD &&
            !(o->dctl & SDIS) && tn_emu_stm32_pin_is(e, 0, PIN_DM, AF) &&
            tn_emu_stm32_pin_is(e, 0, PIN_DP, AF);
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
    if (!is_connected(e) || o->suspended) {
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
    o->suspended = false;
    memset(o->setup, 0, sizeof(o->setup));
    o->gintsts |= USBRST | ENUMDNE;
    tn_emu_attend(ctx);
}

static int bus_setup(void *ctx, const uint8_t request[8]) {
    struct otg *o = state_of(ctx);

    if (!hears(ctx, o)) {
        return TN_CABLE_NONE;
    }
    if (!tn_emu_otg_rx_has_room(o, 8)) {
        tn_emu_refuse(ctx);
        return TN_CABLE_NONE;
    }
    memcpy(o->setup, request, sizeof(o->setup));
    o->in[0].ctl = (o->in[0].ctl & ~(uint32_t)STALL) | NAKSTS;
    o->out[0].ctl = (o->out[0].ctl & ~(EPENA | STALL)) | NAKSTS;
    tn_emu_otg_rx_put(o, SETUP_DATA, 0, request, 8);
    tn_emu_otg_rx_put(o, SETUP_DONE, 0, NULL, 0);
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

    if (!hears(ctx, o) || n >= tn_emu_otg_endpoints(o) || (n && !(ep->ctl & USBAEP))) {
        return TN_CABLE_NONE;
    }
    if (ep->ctl & STALL) {
        return TN_CABLE_STALL;
    }
    struct fifo *f = &o->tx[n];
    uint32_t len = ep->left < tn_emu_otg_mps(ep, !n) ? ep->left : tn_emu_otg_mps(ep, !n);
    uint32_t words = tn_emu_otg_words(len);
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

    if (!hears(ctx, o) || n >= tn_emu_otg_endpoints(o) || (n && !(ep->ctl & USBAEP)) ||
            len > tn_emu_otg_mps(ep, !n)) {
        return TN_CABLE_NONE;
    }
    if (ep->ctl & STALL) {
        return TN_CABLE_STALL;
    }
    if (ep->ctl & NAKSTS || !(ep->ctl & EPENA) || o->dctl & GONSTS ||
            !tn_emu_otg_rx_has_room(o, (uint32_t)len)) {
        return TN_CABLE_NAK;
    }
    if (len > (ep->tsiz & XFRSIZ)) {
        tn_emu_refuse(ctx);  // the transfer has no room for what it accepts
        return TN_CABLE_NAK;
    }
    tn_emu_otg_rx_put(o, OUT_DATA, n, data, len);
    ep->tsiz -= (uint32_t)len + (1u << PKTCNT_BIT);
    ep->ctl ^= DPID;
    if (len < tn_emu_otg_mps(ep, !n) || !(ep->tsiz >> PKTCNT_BIT & PKTCNT)) {
        ep->ctl &= ~EPENA;
        tn_emu_otg_rx_put(o, OUT_DONE, n, NULL, 0);
    }
    return 0;
}

static void bus_frame(void *ctx) {
    struct otg *o = state_of(ctx);

    if (is_connected(ctx) && !o->suspended) {
        o->frame = (o->frame + 1) & FRAMES;
        o->gintsts |= SOF;
        tn_emu_attend(ctx);
    }
}

// "Suspended state", GINTSTS. The clocks that a program may stop then (PCGCCTL) run on here.
static void bus_suspend(void *ctx, bool on) {
    struct otg *o = state_of(ctx);

    if (is_connected(ctx) && o->suspended != on) {
        o->suspended = on;
        o->gintsts |= on ? ESUSP | USBSUSP : WKUPINT;
        tn_emu_attend(ctx);
    }
}

const struct tn_usb_cable tn_emu_stm32_usb = {
        is_connected, bus_reset, bus_setup, bus_in, bus_out, bus_frame, bus_suspend, NULL};

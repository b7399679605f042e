// SPDX-License-Identifier: Apache-2.0
// OTG_FS: its FIFOs, and which interrupts are pending. stm32_otg.c names the sources.
#include <string.h>

#include "stm32_otg_priv.h"

// ---- FIFOs -----------------------------------------------------------------------------

static uint32_t rx_used(const struct otg *o) {
    uint32_t n = 0;

    for (uint32_t i = 0; i < o->nrx; i++) {
        n += 1 + tn_emu_otg_words(o->rx[i].len);
    }
    return n + (o->at < o->popped.len ? tn_emu_otg_words(o->popped.len - o->at) : 0);
}

bool tn_emu_otg_rx_has_room(const struct otg *o, uint32_t bytes) {
    return o->nrx + 2 <= RX_ROOM && rx_used(o) + 2 + tn_emu_otg_words(bytes) <= o->grxfsiz;
}

void tn_emu_otg_rx_put(struct otg *o, uint32_t pktsts, unsigned ep, const void *data, size_t len) {
    struct received *r = &o->rx[o->nrx++];

    r->status = ep | (uint32_t)len << BCNT_BIT | pktsts << PKTSTS_BIT;
    r->len = (uint32_t)len;
    if (len) {
        memcpy(r->data, data, len);
    }
}

// Reads the status of the first entry, whose data comes next from the FIFO. An empty FIFO gives 0
// ("OTG_GRXSTSP").
uint32_t tn_emu_otg_rx_pop(struct tn_emu *e, struct otg *o) {
    if (o->at < o->popped.len) {
        tn_emu_refuse(e);  // the last packet is not read
    }
    if (!o->nrx) {
        return 0;
    }
    o->popped = o->rx[0];
    o->at = 0;
    memmove(o->rx, o->rx + 1, --o->nrx * sizeof(*o->rx));
    if (tn_emu_otg_is_host(e, o)) {
        tn_emu_otg_host_popped(o, o->popped.status);
        return o->popped.status;
    }
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

uint32_t tn_emu_otg_rx_word(struct tn_emu *e, struct otg *o) {
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

uint32_t tn_emu_otg_depth(const struct otg *o, unsigned fifo) {
    return o->dieptxf[fifo] >> DEPTH_BIT;
}

uint32_t tn_emu_otg_mps(const struct endpoint *ep, bool is_0) {
    return is_0 ? PACKET : ep->ctl & MPSIZ;  // a program may have 8, 16, 32 on endpoint 0: not here
}

// A word of the packet that the transfer is at. XFRSIZ counts whole packets.
void tn_emu_otg_tx_put(struct tn_emu *e, struct otg *o, unsigned n, uint32_t word) {
    struct fifo *f = &o->tx[n];
    struct endpoint *ep = &o->in[n];
    uint32_t size = ep->tsiz & XFRSIZ;
    uint32_t packet = size < tn_emu_otg_mps(ep, !n) ? size : tn_emu_otg_mps(ep, !n);

    if (n >= tn_emu_otg_endpoints(o) || !(ep->ctl & EPENA) || !size ||
            f->n >= tn_emu_otg_depth(o, n)) {
        tn_emu_refuse(e);
        return;
    }
    f->words[f->n++] = word;
    if (++ep->pushed == tn_emu_otg_words(packet)) {
        ep->pushed = 0;
        ep->tsiz -= packet;
    }
}

static bool is_empty(const struct otg *o, unsigned ep) {
    uint32_t used = o->tx[ep].n;

    return o->gahbcfg & TXFELVL ? !used : used <= tn_emu_otg_depth(o, ep) / 2;
}

// "FIFO RAM allocation": a transmit FIFO lies behind the receive FIFO, in the memory, and apart
// from the others.
bool tn_emu_otg_is_apart(const struct otg *o, unsigned fifo) {
    uint32_t begin = o->dieptxf[fifo] & 0xffff;
    uint32_t end = begin + tn_emu_otg_depth(o, fifo);

    for (unsigned n = 0; n < tn_emu_otg_endpoints(o); n++) {
        uint32_t other = o->dieptxf[n] & 0xffff;
        bool is_used = n == 0 || o->in[n].ctl & USBAEP;
        if (n != fifo && is_used && begin < other + tn_emu_otg_depth(o, n) && other < end) {
            return false;
        }
    }
    return begin >= o->grxfsiz && end <= WORDS && tn_emu_otg_depth(o, fifo) >= TXF_LEAST;
}

void tn_emu_otg_flush_tx(struct otg *o, unsigned n) {
    o->tx[n].n = 0;
    o->in[n].pushed = 0;
}

// ---- Interrupts ------------------------------------------------------------------------

uint32_t tn_emu_otg_in_intr(const struct otg *o, unsigned ep) {
    return o->in[ep].intr | (is_empty(o, ep) ? TXFE : 0);
}

uint32_t tn_emu_otg_daint(const struct otg *o) {
    uint32_t v = 0;

    for (unsigned ep = 0; ep < tn_emu_otg_endpoints(o); ep++) {
        bool wants_more = o->diepempmsk >> ep & 1 && is_empty(o, ep);
        v |= o->in[ep].intr & o->diepmsk || wants_more ? 1u << ep : 0;
        v |= o->out[ep].intr & o->doepmsk ? 1u << (ep + OUT_SHIFT) : 0;
    }
    return v;
}

uint32_t tn_emu_otg_gintsts(const struct otg *o) {
    uint32_t d = tn_emu_otg_daint(o) & o->daintmsk;

    return o->gintsts | NPTXFE | (o->gotgint ? OTGINT : 0) | (o->nrx ? RXFLVL : 0) |
            (d & 0xffff ? IEPINT : 0) | (d >> OUT_SHIFT ? OEPINT : 0);
}

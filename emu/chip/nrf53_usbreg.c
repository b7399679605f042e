// SPDX-License-Identifier: Apache-2.0
// The regulator of USB's supply of the nRF5340. Source: Nordic, "nRF5340 Product Specification",
// USBREG.
#include "emu/core/emu.h"
#include "nrf53_priv.h"
#include "nrf5x_priv.h"

enum {
    // [registers USBREGULATOR]
    EVENTS_USBDETECTED = 0x100,  // an event's bit in INTEN is its place from here on
    EVENTS_USBPWRRDY = 0x108,
    INTEN = 0x300,
    INTENSET = 0x304,
    INTENCLR = 0x308,
    USBREGSTATUS = 0x400,
    DETECTED = 1 << 0,    // [USBREGULATOR.INTEN.USBDETECTED]
    REMOVED = 1 << 1,     // [USBREGULATOR.INTEN.USBREMOVED]
    PWRRDY = 1 << 2,      // [USBREGULATOR.INTEN.USBPWRRDY]
    VBUSDETECT = 1 << 0,  // [USBREGULATOR.USBREGSTATUS.VBUSDETECT]
    OUTPUTRDY = 1 << 1,   // [USBREGULATOR.USBREGSTATUS.OUTPUTRDY]
    IRQ = 55,             // [irq USBREGULATOR]
};

struct usbreg {
    uint32_t events, inten;
    uint32_t status;  // when the events were last looked at
};

static uint32_t status(struct tn_emu *e) {
    return (e->usb_power ? VBUSDETECT : 0) | (tn_emu_nrf5x_has_usb_supply(e) ? OUTPUTRDY : 0);
}

static uint64_t tick(struct tn_emu *e, void *state) {
    struct usbreg *r = state;
    uint32_t now = status(e);
    uint32_t came = now & ~r->status;

    r->events |= came & VBUSDETECT ? DETECTED : 0;
    r->events |= r->status & ~now & VBUSDETECT ? REMOVED : 0;
    r->events |= came & OUTPUTRDY ? PWRRDY : 0;
    r->status = now;
    tn_emu_irq(e, IRQ, (r->events & r->inten) != 0);
    return TN_EMU_NEVER;
}

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e, (void)cause;
    *(struct usbreg *)state = (struct usbreg){0};
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct usbreg *r = state;

    (void)size;
    tick(e, state);
    if (off >= EVENTS_USBDETECTED && off <= EVENTS_USBPWRRDY) {
        return r->events >> (off - EVENTS_USBDETECTED) / 4 & 1;
    }
    switch (off) {
    case INTEN:
    case INTENSET:
    case INTENCLR:
        return r->inten;
    case USBREGSTATUS:
        return status(e);
    default:
        return 0;
    }
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct usbreg *r = state;

    (void)size;
    tn_emu_attend(e);
    if (off >= EVENTS_USBDETECTED && off <= EVENTS_USBPWRRDY) {
        uint32_t bit = 1u << (off - EVENTS_USBDETECTED) / 4;
        r->events = value ? r->events | bit : r->events & ~bit;
    } else if (off == INTEN) {
        r->inten = value;
    } else if (off == INTENSET) {
        r->inten |= value;
    } else if (off == INTENCLR) {
        r->inten &= ~value;
    }
}

const struct tn_emu_device tn_emu_nrf53_usbreg = {
        .name = "USBREGULATOR",
        .base = 0x50037000,
        .size = 0x1000,
        .state_size = sizeof(struct usbreg),
        .reset = reset,
        .load = load,
        .store = store,
        .tick = tick,
};

// SPDX-License-Identifier: Apache-2.0
#include "usb_host.h"

#include <string.h>

#include "base/bytes.h"

enum {
    SLICE_US = 20,
    PATIENCE_US = 4000000,  // an F4's largest sector takes a good second to erase
    CONNECT_US = 30000000,  // a Cortex-M3 checks a signature for seconds
    RESET_US = 10000,       // USB 2.0 section 7.1.7.5, TRSTRCY
    FRAME_US = 1000,
    IDLE_US = 3000,      // USB 2.0 section 7.1.7.6: a device sees that the bus is suspended
    RECOVER_US = 10000,  // section 7.1.7.7, TRSMRCY
    TO_HOST = 0x80,
    LENGTH = 6,  // place of wLength
};

// The core sleeps or polls: time passes until something happens.
static bool on_sleep(struct tn_emu *e, uint64_t until) {
    uint64_t now = tn_emu_us(e);
    uint64_t us = until <= now ? 0 : until - now;

    tn_emu_pass(e, us < SLICE_US ? us : SLICE_US);
    return true;
}

bool usb_host_open(struct usb_host *h, struct tn_emu *emu) {
    *h = (struct usb_host){.emu = emu};
    emu->on_sleep = on_sleep;
    tn_emu_usb_plug(emu, true);
    return tn_emu_usb(emu, &h->cable);
}

static void frames(struct usb_host *h) {
    if (tn_emu_us(h->emu) >= h->frame_us && !h->suspended) {
        h->frame_us = tn_emu_us(h->emu) + FRAME_US;
        h->cable.frame(h->cable.ctx);
    }
}

enum tn_emu_end usb_host_run(struct usb_host *h, uint64_t us) {
    uint64_t end = tn_emu_us(h->emu) + us;

    do {
        frames(h);
        h->emu->limit = SLICE_US * h->emu->chip->insns_per_us;
        h->end = tn_emu_run(h->emu);
        if (h->end == TN_EMU_RESET) {
            tn_emu_reset(h->emu);
            h->resets++;
            h->end = TN_EMU_LIMIT;
        }
    } while (h->end == TN_EMU_LIMIT && tn_emu_us(h->emu) < end);
    return h->end;
}

bool usb_host_wait(struct usb_host *h, bool connected) {
    uint64_t end = tn_emu_us(h->emu) + CONNECT_US;

    while (h->cable.is_connected(h->cable.ctx) != connected) {
        if (usb_host_run(h, SLICE_US) != TN_EMU_LIMIT || tn_emu_us(h->emu) >= end) {
            return false;
        }
    }
    return true;
}

void usb_host_reset(struct usb_host *h) {
    h->cable.reset(h->cable.ctx);
    usb_host_run(h, RESET_US);
}

void usb_host_suspend(struct usb_host *h, uint64_t us) {
    h->suspended = true;
    usb_host_run(h, IDLE_US);
    h->cable.suspend(h->cable.ctx, true);
    usb_host_run(h, us);
    h->cable.suspend(h->cable.ctx, false);
    h->suspended = false;
    usb_host_run(h, RECOVER_US);
}

// True while it is worth to try again: the chip has run a little meanwhile.
static bool again(struct usb_host *h, int answer, uint64_t end) {
    return answer == TN_CABLE_NAK && tn_emu_us(h->emu) < end &&
            usb_host_run(h, SLICE_US) == TN_EMU_LIMIT;
}

static int settled(int answer) {
    return answer == TN_CABLE_NAK ? USB_TIMEOUT : answer;
}

int usb_host_in(struct usb_host *h, uint8_t ep, void *buf, size_t size) {
    uint64_t end = tn_emu_us(h->emu) + PATIENCE_US;
    int n;

    do {
        n = h->cable.in(h->cable.ctx, ep, buf, size);
    } while (again(h, n, end));
    return settled(n);
}

int usb_host_out(struct usb_host *h, uint8_t ep, const void *data, size_t len) {
    uint64_t end = tn_emu_us(h->emu) + PATIENCE_US;
    int err;

    do {
        err = h->cable.out(h->cable.ctx, ep, data, len);
    } while (again(h, err, end));
    return settled(err);
}

// The data stage to the host: ends with wLength, or a packet that is not full.
static int data_in(struct usb_host *h, uint8_t *data, size_t len) {
    size_t at = 0;
    uint8_t packet[USB_PACKET];

    for (int n = USB_PACKET; n == USB_PACKET && at < len; at += (size_t)n) {
        n = usb_host_in(h, 0, packet, sizeof(packet));
        if (n < 0) {
            return n;
        }
        memcpy(data + at, packet, (size_t)n < len - at ? (size_t)n : len - at);
    }
    return (int)at;
}

static int data_out(struct usb_host *h, const uint8_t *data, size_t len) {
    for (size_t at = 0; at < len; at += USB_PACKET) {
        int err = usb_host_out(h, 0, data + at, len - at < USB_PACKET ? len - at : USB_PACKET);
        if (err) {
            return err;
        }
    }
    return (int)len;
}

int usb_host_control(struct usb_host *h, const uint8_t request[8], void *data) {
    size_t len = tn_get_le16(request + LENGTH);
    uint8_t none[USB_PACKET];

    if (h->cable.setup(h->cable.ctx, request)) {
        return TN_CABLE_NONE;
    }
    if (request[0] & TO_HOST) {
        int n = data_in(h, data, len);
        int err = n < 0 ? n : usb_host_out(h, 0, none, 0);
        return err ? err : n;
    }
    int n = data_out(h, data, len);
    int err = n < 0 ? n : usb_host_in(h, 0, none, sizeof(none));
    return err ? err : n;
}

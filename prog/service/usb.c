// SPDX-License-Identifier: Apache-2.0
// What loader and application share: the steps of the USB stack.
#include "usb_priv.h"

enum {
    LINGER_MS = 50,  // for the answer to leave, and its reader to be ready for a silent line
};

static struct {
    struct tn_usb_device device;
    struct tn_channel steps;
    const struct tn_service_usb_part *part;
} our;

// A channel that carries no packets: one step of the USB stack, and one of the DFU interface.
static enum tn_channel_did usb_step(struct tn_channel *c) {
    tn_usb_step();
    return our.part->step(c, c->peer.now_ms) ? TN_CHANNEL_ANSWERED : TN_CHANNEL_IDLE;
}

// The stack must run while an answer leaves.
static void linger(const struct tn_board *board) {
    uint32_t since = board->now_ms();

    while (board->now_ms() - since < LINGER_MS) {
        tn_usb_step();
    }
    tn_usb_end();
}

void tn_service_usb_begin(struct tn_service *s, const struct tn_service_usb_cfg *cfg,
        const struct tn_service_usb_part *part) {
    struct tn_usb_device *d = &our.device;

    our.part = part;
    our.steps = (struct tn_channel){.step = usb_step, .next = s->links->next};
    s->links->next = &our.steps;
    s->linger = linger;
    part->describe(s, d, cfg);
    d->controller = cfg->controller;
    d->ids = cfg->ids;
    d->serial = cfg->serial;
    d->drive = cfg->drive;
    d->now_ms = s->board->now_ms;
    tn_usb_begin(d);
}

// SPDX-License-Identifier: Apache-2.0
// URBs to packets. Each endpoint and direction has a queue of its own: the oldest URB is at work,
// the others wait. The queues are one list in the order of submission.
#include "usb_host.h"

#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "usb_host_priv.h"

enum { FREE, FILLING, QUEUED, COMPLETE };  // states of a URB
enum { SETUP, DATA, STATUS };              // stages of a control transfer: USB 2.0, section 8.5.3

enum { RESET_LENGTH = 64 };  // see tn_usb_host_step

// ---- Transfers -----------------------------------------------------------------------------

// What a packet did to its URB.
enum result { WAITS, MOVED, OVER };

static enum result end(struct tn_usb_urb *u, int status) {
    u->status = status;
    return OVER;
}

// An answer of the cable that is an error. NONE would be a time-out on a wire, which Linux's host
// controllers report as EPROTO after three attempts.
static enum result end_by(struct tn_usb_urb *u, int answer) {
    return answer == TN_CABLE_NAK ? WAITS : end(u, answer == TN_CABLE_STALL ? -EPIPE : -EPROTO);
}

// A transaction with n bytes of data is through. Universal Serial Bus Specification 2.0, table 5-9:
// token, handshake and pauses take as long as 13 bytes.
static void count(struct tn_usb_host *h, uint32_t n) {
    h->packets++;
    h->bus_bytes += 13 + n;
}

// Receives a packet of data. A packet that does not fit is a babble: nothing of it counts.
static enum result receive(struct tn_usb_host *h, struct tn_usb_urb *u, uint32_t max, bool *ends) {
    uint8_t packet[TN_CABLE_PACKET_MAX];
    uint32_t room = u->len - u->done;
    int n = h->cable->in(h->cable->ctx, u->ep, packet, sizeof(packet));

    if (n < 0) {
        return end_by(u, n);
    }
    count(h, (uint32_t)n);
    if ((uint32_t)n > max || (uint32_t)n > room) {
        return end(u, -EOVERFLOW);
    }
    memcpy(u->data + u->done, packet, (size_t)n);
    u->done += (uint32_t)n;
    *ends = (uint32_t)n < max || u->done == u->len;
    return MOVED;
}

// Sends the next packet of data, which is empty if there is none left.
static enum result send(struct tn_usb_host *h, struct tn_usb_urb *u, uint32_t max, bool *ends) {
    uint32_t n = tn_min(u->len - u->done, max);
    int answer = h->cable->out(h->cable->ctx, u->ep, u->data + u->done, n);

    if (answer < 0) {
        return end_by(u, answer);
    }
    count(h, n);
    u->done += n;
    *ends = n < max || (u->done == u->len && !u->ends_with_zero);
    return MOVED;
}

static int status_of(const struct tn_usb_urb *u) {
    return u->is_in && u->refuses_short && u->done < u->len ? -EREMOTEIO : 0;
}

// A packet of a bulk or an interrupt transfer.
static enum result transfer(struct tn_usb_host *h, struct tn_usb_urb *u) {
    uint32_t max = h->packet_max[u->is_in][u->ep];
    bool ends = false;

    if (!max) {
        return end(u, -ENOENT);
    }
    enum result r = u->is_in ? receive(h, u, max, &ends) : send(h, u, max, &ends);
    return r == MOVED && ends ? end(u, status_of(u)) : r;
}

static enum result send_setup(struct tn_usb_host *h, struct tn_usb_urb *u) {
    int answer = h->cable->setup(h->cable->ctx, u->setup);

    if (answer < 0) {
        return end_by(u, answer);
    }
    count(h, TN_USB_SETUP);
    u->stage = u->len ? DATA : STATUS;
    return MOVED;
}

// The status stage: an empty packet against the direction of the data.
static enum result finish(struct tn_usb_host *h, struct tn_usb_urb *u) {
    uint8_t packet[TN_CABLE_PACKET_MAX];
    int answer = u->is_in && u->len ? h->cable->out(h->cable->ctx, 0, packet, 0)
                                    : h->cable->in(h->cable->ctx, 0, packet, sizeof(packet));

    if (answer < 0) {
        return end_by(u, answer);
    }
    count(h, 0);
    return end(u, answer > 0 ? -EPROTO : status_of(u));
}

// A packet of a control transfer.
static enum result control(struct tn_usb_host *h, struct tn_usb_urb *u) {
    uint32_t max = h->packet_max[u->is_in][0];
    bool ends = false;

    if (u->stage == SETUP) {
        return send_setup(h, u);
    }
    if (u->stage == STATUS) {
        return finish(h, u);
    }
    enum result r = u->is_in ? receive(h, u, max, &ends) : send(h, u, max, &ends);
    if (r == MOVED && ends) {
        u->stage = STATUS;
    }
    return r;
}

void usb_urb_begin(struct tn_usb_urb *u) {
    u->stage = SETUP;
    u->status = 0;
    u->done = 0;
    u->was_reset = false;
}

bool usb_urb_run(struct tn_usb_host *h, struct tn_usb_urb *u, bool *moved) {
    enum result r;

    do {
        r = u->ep ? transfer(h, u) : control(h, u);
        *moved |= r != WAITS;
    } while (r == MOVED);
    return r == OVER;
}

// ---- Control requests that concern the host itself -----------------------------------------

static bool is_request(const struct tn_usb_urb *u, uint8_t type, uint8_t request) {
    return !u->ep && u->setup[0] == type && u->setup[1] == request;
}

static bool asks_for_reset(const struct tn_usb_urb *u) {
    return is_request(u, 0x80, USB_GET_DESCRIPTOR) && u->setup[3] == USB_DEVICE &&
            tn_get_le16(u->setup + 6) == RESET_LENGTH;
}

// True if request and URB agree in length and direction of their data.
static bool is_consistent(const struct tn_usb_urb *u) {
    uint16_t len = tn_get_le16(u->setup + 6);

    return u->ep || (u->len == len && (!len || u->is_in == (u->setup[0] >> 7)));
}

// Notes what a control request has changed.
static void note(struct tn_usb_host *h, const struct tn_usb_urb *u) {
    if (is_request(u, 0, USB_SET_CONFIGURATION) && !u->status) {
        h->configuration = u->setup[2];
    }
}

// ---- URBs ----------------------------------------------------------------------------------

struct tn_usb_urb *tn_usb_host_new(struct tn_usb_host *h) {
    for (unsigned i = 0; i < TN_USB_URBS; i++) {
        if (h->urbs[i].state == FREE) {
            h->urbs[i].state = FILLING;
            return &h->urbs[i];
        }
    }
    return NULL;
}

void tn_usb_host_submit(struct tn_usb_host *h, struct tn_usb_urb *u) {
    usb_urb_begin(u);
    u->state = QUEUED;
    h->queue[h->nqueued++] = (uint8_t)(u - h->urbs);
}

static void unqueue(struct tn_usb_host *h, unsigned at) {
    h->nqueued--;
    memmove(h->queue + at, h->queue + at + 1, h->nqueued - at);
}

struct tn_usb_urb *tn_usb_host_complete(struct tn_usb_host *h) {
    for (unsigned i = 0; i < h->nqueued; i++) {
        struct tn_usb_urb *u = &h->urbs[h->queue[i]];
        if (u->state == COMPLETE) {
            return u;
        }
    }
    return NULL;
}

void tn_usb_host_release(struct tn_usb_host *h, struct tn_usb_urb *u) {
    for (unsigned i = 0; i < h->nqueued; i++) {
        if (&h->urbs[h->queue[i]] == u) {
            unqueue(h, i);
            break;
        }
    }
    u->state = FREE;
}

bool tn_usb_host_cancel(struct tn_usb_host *h, uint32_t id) {
    for (unsigned i = 0; i < h->nqueued; i++) {
        struct tn_usb_urb *u = &h->urbs[h->queue[i]];
        if (u->id == id && u->state == QUEUED) {
            tn_usb_host_release(h, u);
            return true;
        }
    }
    return false;
}

void tn_usb_host_cancel_all(struct tn_usb_host *h) {
    for (unsigned i = 0; i < TN_USB_URBS; i++) {
        h->urbs[i].state = FREE;
    }
    h->nqueued = 0;
}

// Runs a URB that is the oldest of its endpoint and direction.
static void run(struct tn_usb_host *h, struct tn_usb_urb *u, bool *moved) {
    if (!is_consistent(u)) {
        u->status = -EINVAL;
    } else if (is_request(u, 0, USB_SET_ADDRESS)) {
        u->status = 0;  // the address is this host's matter
    } else if (asks_for_reset(u) && !u->was_reset) {
        u->was_reset = true;
        tn_usb_host_enumerate(h);
        return;
    } else if (!usb_urb_run(h, u, moved)) {
        return;
    }
    note(h, u);
    u->state = COMPLETE;
    *moved = true;
}

// Runs the oldest URB of each endpoint. If one completes, the next one has its turn at once.
static bool run_queue(struct tn_usb_host *h) {
    bool moved = false;
    bool busy[2][TN_USB_ENDPOINTS] = {{false}};

    for (unsigned i = 0; i < h->nqueued && h->state == TN_USB_READY; i++) {
        struct tn_usb_urb *u = &h->urbs[h->queue[i]];
        bool side = u->ep && u->is_in;  // endpoint 0 has one queue
        if (u->state == QUEUED && !busy[side][u->ep]) {
            run(h, u, &moved);
            busy[side][u->ep] = u->state == QUEUED;
        }
    }
    return moved || h->state != TN_USB_READY;
}

// After a failed enumeration no URB gets through. One that asks for a reset tries again.
static bool fail_queue(struct tn_usb_host *h) {
    bool moved = false;

    for (unsigned i = 0; i < h->nqueued && h->state == TN_USB_FAILED; i++) {
        struct tn_usb_urb *u = &h->urbs[h->queue[i]];
        if (u->state != QUEUED) {
            continue;
        }
        moved = true;
        if (asks_for_reset(u) && is_consistent(u) && !u->was_reset) {
            u->was_reset = true;
            tn_usb_host_enumerate(h);
        } else {
            u->status = -EPROTO;
            u->state = COMPLETE;
        }
    }
    return moved;
}

// ---- The device ----------------------------------------------------------------------------

void tn_usb_host_begin(struct tn_usb_host *h, const struct tn_usb_cable *cable) {
    memset(h, 0, sizeof(*h));
    h->cable = cable;
}

// Follows the pull-up. Returns true if it has changed.
static bool look(struct tn_usb_host *h) {
    bool there = h->cable->is_connected(h->cable->ctx);

    if (there == (h->state != TN_USB_AWAY)) {
        return false;
    }
    h->state = there ? TN_USB_POWERED : TN_USB_AWAY;
    h->configuration = 0;
    tn_usb_host_cancel_all(h);
    return true;
}

static void begin_frame(struct tn_usb_host *h) {
    bool awake = h->state == TN_USB_ENUMERATING || h->state == TN_USB_READY;

    if (awake && h->cable->frame && h->framed_ms != h->now_ms) {
        h->framed_ms = h->now_ms;
        h->cable->frame(h->cable->ctx);
    }
}

bool tn_usb_host_step(struct tn_usb_host *h, uint32_t now_ms) {
    h->now_ms = now_ms;
    bool moved = look(h);

    begin_frame(h);
    if (h->state == TN_USB_ENUMERATING) {
        moved |= usb_enum_step(h);
    }
    if (h->state == TN_USB_READY) {
        moved |= run_queue(h);
    }
    if (h->state == TN_USB_FAILED) {
        moved |= fail_queue(h);
    }
    return moved;
}

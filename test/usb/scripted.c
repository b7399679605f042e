// SPDX-License-Identifier: Apache-2.0
#include "scripted.h"

#include <string.h>

#include "base/bytes.h"

enum { GET_STATUS, SET_ADDRESS = 5, GET_DESCRIPTOR, GET_CONFIGURATION = 8, SET_CONFIGURATION };
enum { DEVICE = 1, CONFIGURATION, STRING };

static const uint8_t config[] = {
        9, 2, 71, 0, 2, 1, 0, 0x80, 50,         // configuration 1
        9, 4, 0, 0, 3, 0xff, 0, 0, 0,           // interface 0: vendor
        7, 5, 0x01, 2, 64, 0, 0,                // 1 OUT, bulk
        7, 5, 0x81, 2, 64, 0, 0,                // 1 IN, bulk
        7, 5, 0x82, 3, 8, 0, 1,                 // 2 IN, interrupt
        9, 4, 1, 0, 0, 0xfe, 1, 2, 4,           // interface 1: DFU mode
        9, 4, 1, 1, 0, 0xfe, 1, 2, 5,           // its alternate setting
        9, 0x21, 0x0f, 0xe8, 3, 0, 4, 0x10, 1,  // DFU functional
        5, 0x30, 0, 0, 0,                       // of a type that nobody knows
};

// ---- Control requests ----------------------------------------------------------------------

static bool put_reply(struct scripted *d, const void *bytes, uint16_t len) {
    uint16_t wanted = tn_get_le16(d->setup + 6);

    d->reply_len = len < wanted ? len : wanted;
    memcpy(d->reply, bytes, d->reply_len);
    return true;
}

static bool put_string(struct scripted *d, const char *text) {
    uint8_t bytes[64] = {(uint8_t)(2 + 2 * strlen(text)), STRING};

    for (size_t i = 0; text[i]; i++) {
        bytes[2 + 2 * i] = (uint8_t)text[i];
    }
    return put_reply(d, bytes, bytes[0]);
}

static bool get_descriptor(struct scripted *d) {
    static const char *const strings[] = {"", "tenon", "scripted", "0123", "@Update", "@Slot 0"};
    static const uint8_t languages[] = {4, STRING, 0x09, 0x04};
    uint8_t device[18] = {18, DEVICE, 0, 2, 0, 0, 0, d->packet0, 0x09, 0x12, (uint8_t)d->product,
            (uint8_t)(d->product >> 8), 0, 1, 1, 2, 3, 1};

    switch (d->setup[3]) {
    case DEVICE:
        return put_reply(d, device, sizeof(device));
    case CONFIGURATION:
        return !d->stalls_config && put_reply(d, d->config, d->config_len);
    case STRING:
        return d->setup[2] ? d->setup[2] < 6 && put_string(d, strings[d->setup[2]])
                           : put_reply(d, languages, sizeof(languages));
    default:
        return false;
    }
}

// True if the device accepts the request of d->setup.
static bool accept(struct scripted *d) {
    static const uint8_t dfu_idle[6] = {0, 0, 0, 0, 2, 0};
    static const uint8_t zero[2];

    switch (d->setup[0] << 8 | d->setup[1]) {
    case SET_ADDRESS:
        d->address = d->setup[2];
        return true;
    case SET_CONFIGURATION:
        d->configuration = d->setup[2];
        return d->setup[2] <= 1;
    case 0x8000 | GET_STATUS:
        return put_reply(d, zero, 2);
    case 0x8000 | GET_CONFIGURATION:
        return put_reply(d, &d->configuration, 1);
    case 0x8000 | GET_DESCRIPTOR:
        return get_descriptor(d);
    case 0x10b:  // SET_INTERFACE
        return true;
    case 0x4000 | SCRIPTED_STORE:
        d->nstored = 0;
        return tn_get_le16(d->setup + 6) <= SCRIPTED_STORE_MAX;
    case 0xc000 | SCRIPTED_LOAD:
        return put_reply(d, d->stored, d->nstored);
    case 0xa103:  // DFU GETSTATUS
        return put_reply(d, dfu_idle, sizeof(dfu_idle));
    default:
        return false;
    }
}

static int setup(void *ctx, const uint8_t request[8]) {
    struct scripted *d = ctx;

    memcpy(d->setup, request, 8);
    d->setups++;
    d->reply_len = d->reply_at = d->taken = 0;
    d->is_stalled = !accept(d);
    return 0;
}

static int control_in(struct scripted *d, uint8_t *buf, size_t size) {
    uint32_t max = tn_min(d->packet0, (uint32_t)size - d->babble);
    uint16_t n = (uint16_t)tn_min((uint32_t)(d->reply_len - d->reply_at), max);

    if (!(d->setup[0] >> 7)) {
        return d->taken == tn_get_le16(d->setup + 6) ? 0 : TN_CABLE_STALL;  // status stage
    }
    memcpy(buf, d->reply + d->reply_at, n);
    d->reply_at = (uint16_t)(d->reply_at + n);
    return n + d->babble;
}

static int control_out(struct scripted *d, const uint8_t *data, size_t len) {
    if (d->setup[0] >> 7) {
        return len ? TN_CABLE_STALL : 0;  // status stage
    }
    if (len > d->packet0 || d->taken + len > tn_get_le16(d->setup + 6)) {
        return TN_CABLE_STALL;
    }
    memcpy(d->stored + d->taken, data, len);
    d->taken = d->nstored = (uint16_t)(d->taken + len);
    return 0;
}

// ---- Endpoints -----------------------------------------------------------------------------

static int loop_in(struct scripted *d, uint8_t *buf) {
    unsigned n = tn_min(d->loop_len, 64);

    if (!n) {
        return TN_CABLE_NAK;
    }
    memcpy(buf, d->loop, n);
    d->loop_len -= n;
    memmove(d->loop, d->loop + n, d->loop_len);
    return (int)n;
}

static int interrupt_in(struct scripted *d, uint8_t *buf) {
    int n = d->interrupt_len;

    memcpy(buf, d->interrupt, d->interrupt_len);
    d->interrupt_len = 0;
    return n ? n : TN_CABLE_NAK;
}

// True if the device answers NAK now.
static bool is_busy(struct scripted *d) {
    if (d->is_dead || d->nakked < d->naks) {
        d->nakked++;
        return true;
    }
    d->nakked = 0;
    return false;
}

static int in(void *ctx, uint8_t ep, uint8_t *buf, size_t size) {
    struct scripted *d = ctx;

    if (is_busy(d)) {
        return TN_CABLE_NAK;
    }
    if (!ep) {
        return d->is_stalled ? TN_CABLE_STALL : control_in(d, buf, size);
    }
    return !d->configuration ? TN_CABLE_NONE
            : ep == 1        ? loop_in(d, buf)
            : ep == 2        ? interrupt_in(d, buf)
                             : TN_CABLE_NONE;
}

static int out(void *ctx, uint8_t ep, const uint8_t *data, size_t len) {
    struct scripted *d = ctx;

    if (is_busy(d)) {
        return TN_CABLE_NAK;
    }
    if (!ep) {
        return d->is_stalled ? TN_CABLE_STALL : control_out(d, data, len);
    }
    if (ep != 1 || !d->configuration) {
        return TN_CABLE_NONE;
    }
    if (d->loop_len + len > SCRIPTED_LOOP_MAX) {
        return TN_CABLE_NAK;
    }
    memcpy(d->loop + d->loop_len, data, len);
    d->loop_len += (unsigned)len;
    d->zero_packets += !len;
    return 0;
}

static bool is_connected(void *ctx) {
    return ((struct scripted *)ctx)->is_connected;
}

static void reset(void *ctx) {
    struct scripted *d = ctx;

    d->resets++;
    d->address = 0;
    d->configuration = 0;
    d->loop_len = 0;
    d->setup[0] = 0;
    d->is_stalled = true;
}

static void frame(void *ctx) {
    ((struct scripted *)ctx)->frames++;
}

void scripted_begin(struct scripted *d) {
    memset(d, 0, sizeof(*d));
    d->is_connected = true;
    d->packet0 = 64;
    d->product = SCRIPTED_PID;
    d->config = config;
    d->config_len = sizeof(config);
    d->cable = (struct tn_usb_cable){is_connected, reset, setup, in, out, frame, NULL, d};
}

// SPDX-License-Identifier: Apache-2.0
// TinyUSB arms an endpoint with a buffer; a packet on the cable fills or empties it. There is one
// thread, so that the interrupt's mask has nothing to guard.
#include "dcd_cable.h"

#include <string.h>

#include "base/bytes.h"
#include "device/dcd.h"
#include "tusb.h"

enum { ENDPOINTS = 16 };

struct endpoint {
    bool is_open;
    bool is_halted;
    bool is_armed;
    uint8_t *buf;
    uint16_t len;
    uint16_t done;
    uint16_t packet;  // the longest one
};

static struct endpoint endpoints[ENDPOINTS][2];  // [1]: to the host
static bool pull_up;
static bool wants_frames;

static struct endpoint *endpoint(uint8_t addr) {
    return &endpoints[tu_edpt_number(addr)][tu_edpt_dir(addr)];
}

// As after a bus reset: only endpoint 0 is there.
static void close_all(void) {
    memset(endpoints, 0, sizeof(endpoints));
    for (unsigned dir = 0; dir < 2; dir++) {
        endpoints[0][dir].is_open = true;
        endpoints[0][dir].packet = CFG_TUD_ENDPOINT0_SIZE;
    }
}

// ---- The cable ---------------------------------------------------------------------------

static bool is_connected(void *ctx) {
    (void)ctx;
    return pull_up;
}

static void reset(void *ctx) {
    (void)ctx;
    close_all();
    dcd_event_bus_reset(0, TUSB_SPEED_FULL, false);
    tud_task();
}

static int setup(void *ctx, const uint8_t request[8]) {
    (void)ctx;
    if (!pull_up) {
        return TN_CABLE_NONE;
    }
    for (unsigned dir = 0; dir < 2; dir++) {
        endpoints[0][dir].is_halted = endpoints[0][dir].is_armed = false;
    }
    dcd_event_setup_received(0, request, false);
    tud_task();
    return 0;
}

// What an endpoint answers instead of a packet; 0: it is ready for one.
static int answer(const struct endpoint *e) {
    if (!pull_up || !e->is_open) {
        return TN_CABLE_NONE;
    }
    if (e->is_halted) {
        return TN_CABLE_STALL;
    }
    return e->is_armed ? 0 : TN_CABLE_NAK;
}

// A packet of n bytes is through. A short one, or the last byte, ends the transfer.
static void passed(struct endpoint *e, uint8_t addr, size_t n) {
    e->done = (uint16_t)(e->done + n);
    if (n < e->packet || e->done == e->len) {
        e->is_armed = false;
        dcd_event_xfer_complete(0, addr, e->done, XFER_RESULT_SUCCESS, false);
        tud_task();
    }
}

static int in(void *ctx, uint8_t ep, uint8_t *buf, size_t size) {
    uint8_t addr = ep | TUSB_DIR_IN_MASK;
    struct endpoint *e = endpoint(addr);
    int rc = answer(e);

    (void)ctx;
    if (rc) {
        return rc;
    }
    size_t n = tn_min(tn_min(e->len - e->done, e->packet), (uint32_t)size);
    if (n) {
        memcpy(buf, e->buf + e->done, n);
    }
    passed(e, addr, n);
    return (int)n;
}

static int out(void *ctx, uint8_t ep, const uint8_t *data, size_t len) {
    struct endpoint *e = endpoint(ep);
    int rc = answer(e);

    (void)ctx;
    if (rc) {
        return rc;
    }
    size_t n = tn_min(e->len - e->done, (uint32_t)len);
    if (n) {
        memcpy(e->buf + e->done, data, n);
    }
    passed(e, ep, n);
    return 0;
}

static void frame(void *ctx) {
    (void)ctx;
    if (wants_frames) {
        dcd_event_sof(0, 0, false);
        tud_task();
    }
}

static void suspend(void *ctx, bool on) {
    (void)ctx;
    dcd_event_bus_signal(0, on ? DCD_EVENT_SUSPEND : DCD_EVENT_RESUME, false);
    tud_task();
}

const struct tn_usb_cable tn_cable = {
        .is_connected = is_connected,
        .reset = reset,
        .setup = setup,
        .in = in,
        .out = out,
        .frame = frame,
        .suspend = suspend,
};

// ---- The program -------------------------------------------------------------------------

static bool start(void) {
    close_all();
    return true;
}

static void poll(void) {
}

static void stop(void) {
    pull_up = false;
}

const struct tn_usb_controller tn_cable_controller = {start, poll, stop};

// ---- TinyUSB (device/dcd.h) --------------------------------------------------------------

bool dcd_init(uint8_t port, const tusb_rhport_init_t *init) {
    (void)init;
    dcd_connect(port);
    return true;
}

void dcd_int_handler(uint8_t port) {
    (void)port;
}

void dcd_int_enable(uint8_t port) {
    (void)port;
}

void dcd_int_disable(uint8_t port) {
    (void)port;
}

void dcd_set_address(uint8_t port, uint8_t address) {
    (void)address;  // the cable has one device
    dcd_edpt_xfer(port, TUSB_DIR_IN_MASK, NULL, 0);
}

void dcd_remote_wakeup(uint8_t port) {
    (void)port;
}

void dcd_connect(uint8_t port) {
    (void)port;
    pull_up = true;
}

void dcd_disconnect(uint8_t port) {
    (void)port;
    pull_up = false;
}

void dcd_sof_enable(uint8_t port, bool on) {
    (void)port;
    wants_frames = on;
}

bool dcd_edpt_open(uint8_t port, const tusb_desc_endpoint_t *desc) {
    (void)port;
    *endpoint(desc->bEndpointAddress) =
            (struct endpoint){.is_open = true, .packet = tu_edpt_packet_size(desc)};
    return true;
}

void dcd_edpt_close(uint8_t port, uint8_t addr) {
    (void)port;
    memset(endpoint(addr), 0, sizeof(struct endpoint));
}

void dcd_edpt_close_all(uint8_t port) {
    (void)port;
    memset(&endpoints[1], 0, sizeof(endpoints) - sizeof(endpoints[0]));
}

bool dcd_edpt_xfer(uint8_t port, uint8_t addr, uint8_t *buf, uint16_t len) {
    struct endpoint *e = endpoint(addr);

    (void)port;
    e->buf = buf;
    e->len = len;
    e->done = 0;
    e->is_armed = true;
    return true;
}

void dcd_edpt_stall(uint8_t port, uint8_t addr) {
    (void)port;
    endpoint(addr)->is_halted = true;
}

void dcd_edpt_clear_stall(uint8_t port, uint8_t addr) {
    (void)port;
    endpoint(addr)->is_halted = false;
}

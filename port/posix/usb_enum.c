// SPDX-License-Identifier: Apache-2.0
// The enumeration: bus reset, the packet size of endpoint 0, address, descriptors. Source: USB 2.0,
// sections 9.1.2 and 9.4 to 9.6.
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "usb_host_priv.h"

enum step { GET_PACKET_SIZE, SET_ADDRESS, GET_DEVICE, GET_LENGTH, GET_CONFIG };

enum {
    SHORT_LEN = 8,   // of a device descriptor, up to bMaxPacketSize0
    HEADER_LEN = 9,  // of a configuration descriptor
    ENDPOINT_LEN = 7,
};

static void request(
        struct tn_usb_host *h, uint8_t type, uint8_t req, uint16_t value, uint16_t len) {
    struct tn_usb_urb *u = &h->own;

    u->ep = 0;
    u->is_in = len != 0;
    u->refuses_short = false;
    u->ends_with_zero = false;
    u->len = len;
    u->setup[0] = type;
    u->setup[1] = req;
    tn_put_le16(u->setup + 2, value);
    tn_put_le16(u->setup + 4, 0);
    tn_put_le16(u->setup + 6, len);
    usb_urb_begin(u);
}

static void get_descriptor(struct tn_usb_host *h, uint8_t type, uint16_t len) {
    request(h, 0x80, USB_GET_DESCRIPTOR, (uint16_t)(type << 8), len);
}

static void fail(struct tn_usb_host *h, const char *why) {
    h->fault = why;
    h->state = TN_USB_FAILED;
}

void tn_usb_host_enumerate(struct tn_usb_host *h) {
    if (h->state == TN_USB_AWAY) {
        return;
    }
    h->cable->reset(h->cable->ctx);
    h->state = TN_USB_ENUMERATING;
    h->fault = NULL;
    h->configuration = 0;
    h->began_ms = h->now_ms;
    h->step = GET_PACKET_SIZE;
    memset(h->packet_max, 0, sizeof(h->packet_max));
    h->packet_max[0][0] = h->packet_max[1][0] = SHORT_LEN;  // the smallest that a device may have
    get_descriptor(h, USB_DEVICE, SHORT_LEN);
}

const uint8_t *tn_usb_host_find(
        const struct tn_usb_host *h, const uint8_t *at, uint8_t type, uint8_t min) {
    const uint8_t *end = h->config + h->config_len;

    at = at ? at + at[0] : h->config;
    while (end - at >= 2 && at[0] >= 2 && at[0] <= end - at) {
        if (at[1] == type && at[0] >= min) {
            return at;
        }
        at += at[0];
    }
    return NULL;
}

// The packet sizes of bulk and interrupt endpoints. The first descriptor of an endpoint counts:
// alternate settings with other sizes are not supported.
static void read_endpoints(struct tn_usb_host *h) {
    const uint8_t *d = NULL;

    while ((d = tn_usb_host_find(h, d, USB_ENDPOINT, ENDPOINT_LEN)) != NULL) {
        uint16_t *max = &h->packet_max[d[2] >> 7][d[2] & 15];
        bool is_served = (d[3] & 3) >= 2 && (d[2] & 15);
        if (is_served && !*max) {
            *max = (uint16_t)tn_min(tn_get_le16(d + 4) & 0x7ff, TN_CABLE_PACKET_MAX);
        }
    }
}

static bool is_packet_size(uint8_t n) {
    return n == 8 || n == 16 || n == 32 || n == 64;
}

// Takes a descriptor that has come, and sends the next request.
static void take(struct tn_usb_host *h) {
    const uint8_t *d = h->own.data;
    uint32_t len = h->own.done;

    switch ((enum step)h->step) {
    case GET_PACKET_SIZE:
        if (len < SHORT_LEN || d[1] != USB_DEVICE || !is_packet_size(d[7])) {
            fail(h, "its device descriptor names no valid packet size of endpoint 0");
            return;
        }
        h->packet_max[0][0] = h->packet_max[1][0] = d[7];
        request(h, 0, USB_SET_ADDRESS, TN_USB_ADDRESS, 0);
        break;
    case SET_ADDRESS:
        get_descriptor(h, USB_DEVICE, TN_USB_DEVICE);
        break;
    case GET_DEVICE:
        if (len < TN_USB_DEVICE || d[0] < TN_USB_DEVICE || d[1] != USB_DEVICE) {
            fail(h, "its device descriptor is not one");
            return;
        }
        memcpy(h->device, d, TN_USB_DEVICE);
        get_descriptor(h, USB_CONFIGURATION, HEADER_LEN);
        break;
    case GET_LENGTH:
        h->config_len = len < HEADER_LEN ? 0 : tn_get_le16(d + 2);
        if (h->config_len < HEADER_LEN || h->config_len > TN_USB_CONFIG_MAX ||
                d[1] != USB_CONFIGURATION) {
            fail(h, "its configuration descriptor is not one, or longer than 4096 bytes");
            return;
        }
        get_descriptor(h, USB_CONFIGURATION, (uint16_t)h->config_len);
        break;
    case GET_CONFIG:
        if (len < h->config_len) {
            fail(h, "its configuration is shorter than it says");
            return;
        }
        memcpy(h->config, d, h->config_len);
        read_endpoints(h);
        h->state = TN_USB_READY;
        return;
    }
    h->step++;
}

bool usb_enum_step(struct tn_usb_host *h) {
    static const char *const refused[] = {
            [GET_PACKET_SIZE] = "it refuses its device descriptor",
            [SET_ADDRESS] = "it refuses an address",
            [GET_DEVICE] = "it refuses its device descriptor after it had an address",
            [GET_LENGTH] = "it refuses its configuration descriptor",
            [GET_CONFIG] = "it refuses the whole of its configuration",
    };
    bool moved = false;

    while (h->state == TN_USB_ENUMERATING && usb_urb_run(h, &h->own, &moved)) {
        if (h->own.status) {
            fail(h, refused[h->step]);
        } else {
            take(h);
        }
    }
    if (h->state == TN_USB_ENUMERATING && h->now_ms - h->began_ms > TN_USB_ENUM_MS) {
        fail(h, "it does not answer (NAK for 10 s)");
    }
    return moved || h->state != TN_USB_ENUMERATING;
}

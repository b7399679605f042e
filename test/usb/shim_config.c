// SPDX-License-Identifier: Apache-2.0
// Source of the bytes: USB 2.0, section 9.6. Descriptors of other types become the "extra" bytes of
// the interface or endpoint that they follow, as in libusb.
#include "shim_config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { INTERFACES = 32, SETTINGS = 64, ENDPOINTS = 64, CONFIG = 9, INTERFACE = 9, ENDPOINT = 7 };

struct tree {
    struct libusb_config_descriptor config;  // first: shim_config_free gets its address
    struct libusb_interface interfaces[INTERFACES];
    struct libusb_interface_descriptor settings[SETTINGS];
    struct libusb_endpoint_descriptor endpoints[ENDPOINTS];
    unsigned nsettings, nendpoints;
    const unsigned char **extra;  // gets the next descriptors of other types
    int *extra_len;
    uint8_t bytes[];
};

static uint16_t le16(const uint8_t *p) {
    return (uint16_t)(p[0] | p[1] << 8);
}

static void begin_extra(struct tree *t, const unsigned char **extra, int *len) {
    *extra = NULL;
    *len = 0;
    t->extra = extra;
    t->extra_len = len;
}

static bool add_setting(struct tree *t, const uint8_t *d) {
    unsigned n = t->config.bNumInterfaces;
    struct libusb_interface_descriptor *s = &t->settings[t->nsettings];
    bool is_new = !t->nsettings || s[-1].bInterfaceNumber != d[2];

    if (t->nsettings == SETTINGS || (is_new && n == INTERFACES)) {
        return false;
    }
    if (is_new) {
        t->interfaces[n].altsetting = s;
        t->config.bNumInterfaces++;
    }
    t->interfaces[t->config.bNumInterfaces - 1].num_altsetting++;
    *s = (struct libusb_interface_descriptor){d[0], d[1], d[2], d[3], 0, d[5], d[6], d[7], d[8],
            &t->endpoints[t->nendpoints], NULL, 0};
    t->nsettings++;
    begin_extra(t, &s->extra, &s->extra_length);
    return true;
}

static bool add_endpoint(struct tree *t, const uint8_t *d) {
    struct libusb_endpoint_descriptor *e = &t->endpoints[t->nendpoints];

    if (t->nendpoints == ENDPOINTS || !t->nsettings) {
        return false;
    }
    *e = (struct libusb_endpoint_descriptor){.bLength = d[0],
            .bDescriptorType = d[1],
            .bEndpointAddress = d[2],
            .bmAttributes = d[3],
            .wMaxPacketSize = le16(d + 4),
            .bInterval = d[6]};
    t->nendpoints++;
    t->settings[t->nsettings - 1].bNumEndpoints++;
    begin_extra(t, &e->extra, &e->extra_length);
    return true;
}

static bool add(struct tree *t, const uint8_t *d) {
    if (d[1] == LIBUSB_DT_INTERFACE && d[0] >= INTERFACE) {
        return add_setting(t, d);
    }
    if (d[1] == LIBUSB_DT_ENDPOINT && d[0] >= ENDPOINT) {
        return add_endpoint(t, d);
    }
    if (!*t->extra_len) {
        *t->extra = d;
    }
    *t->extra_len += d[0];
    return true;
}

int shim_config_parse(
        const uint8_t *bytes, size_t len, struct libusb_config_descriptor **ret_config) {
    struct tree *t = calloc(1, sizeof(*t) + len);

    if (!t) {
        return LIBUSB_ERROR_NO_MEM;
    }
    memcpy(t->bytes, bytes, len);
    const uint8_t *d = t->bytes;
    if (len < CONFIG || d[0] < CONFIG) {
        free(t);
        return LIBUSB_ERROR_IO;
    }
    t->config = (struct libusb_config_descriptor){.bLength = d[0],
            .bDescriptorType = d[1],
            .wTotalLength = le16(d + 2),
            .bConfigurationValue = d[5],
            .iConfiguration = d[6],
            .bmAttributes = d[7],
            .MaxPower = d[8],
            .interface = t->interfaces};
    begin_extra(t, &t->config.extra, &t->config.extra_length);
    for (size_t at = d[0]; at + 2 <= len && d[at] >= 2 && at + d[at] <= len; at += d[at]) {
        if (!add(t, d + at)) {
            free(t);
            return LIBUSB_ERROR_IO;
        }
    }
    *ret_config = &t->config;
    return 0;
}

void shim_config_free(struct libusb_config_descriptor *config) {
    free(config);  // its tree begins there
}

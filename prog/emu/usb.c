// SPDX-License-Identifier: Apache-2.0
#include "usb.h"

#include <stdio.h>

static struct tn_usbip server;
static struct tn_usb_cable cable;
static bool is_served;

int usb_open(struct tn_emu *e, const char *where) {
    if (!tn_emu_usb(e, &cable)) {
        fprintf(stderr, "tenon-emu: --usbip: the %s has no USB controller that is modelled\n",
                e->chip->name);
        return -1;
    }
    int listener = tn_usbip_listen("tenon-emu", where);
    if (listener < 0) {
        return -1;
    }
    tn_usbip_begin(&server, "tenon-emu", &cable, listener);
    tn_emu_usb_plug(e, true);
    is_served = true;
    return 0;
}

bool usb_step(void) {
    return is_served && tn_usbip_step(&server);
}

unsigned usb_fds(struct pollfd ret[TN_USBIP_FDS]) {
    return is_served ? tn_usbip_fds(&server, ret) : 0;
}

bool usb_is_attached(void) {
    return is_served && tn_usbip_is_attached(&server);
}

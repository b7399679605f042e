// SPDX-License-Identifier: Apache-2.0
// For a tenon without libusb.
#include "host/usb/bus.h"

int tn_usb_bus_new(struct tn_usb **ret, struct tn_fault *f) {
    (void)ret;
    return tn_fail(f, TN_FAULT_UNSUPPORTED,
            "this tenon was built without USB: there is none for Windows yet, and none in a static "
            "program; make a .dfu by tenon dfu-file, and send it by dfu-util (doc/usb.md)");
}

void tn_usb_bus_free(struct tn_usb *u) {
    (void)u;
}

bool tn_usb_bus_is_there(void) {
    return false;
}

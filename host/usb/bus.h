// SPDX-License-Identifier: Apache-2.0
// This machine's USB, as the table of host/dfu/usb.h, by libusb.
//
// Where tenon was built without libusb (on Windows, and as a static program), the twin no_usb.c
// says so.
#ifndef TN_HOST_USB_BUS_H
#define TN_HOST_USB_BUS_H

#include "host/dfu/usb.h"

#include "base/compiler.h"

TN_C_BEGIN

// Fault: UNSUPPORTED, built without libusb. Free it with tn_usb_bus_free.
int tn_usb_bus_new(struct tn_usb **ret, struct tn_fault *f);
void tn_usb_bus_free(struct tn_usb *u);  // NULL: does nothing

// Can tn_usb_bus_new succeed?
bool tn_usb_bus_is_there(void);

TN_C_END

#endif

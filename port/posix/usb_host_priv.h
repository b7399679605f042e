// SPDX-License-Identifier: Apache-2.0
// What usb_host.c (transfers) and usb_enum.c (enumeration) share.
#ifndef TN_PORT_POSIX_USB_HOST_PRIV_H
#define TN_PORT_POSIX_USB_HOST_PRIV_H

#include "usb_host.h"

// Requests and descriptors: USB 2.0, tables 9-4 and 9-5.
enum {
    USB_GET_DESCRIPTOR = 6,
    USB_SET_ADDRESS = 5,
    USB_SET_CONFIGURATION = 9,
    USB_DEVICE = 1,
    USB_CONFIGURATION = 2,
    USB_ENDPOINT = 5,
};

// Begins, or continues, a transfer on its endpoint. Returns true if it is complete. *moved becomes
// true if a packet went through.
void usb_urb_begin(struct tn_usb_urb *u);
bool usb_urb_run(struct tn_usb_host *h, struct tn_usb_urb *u, bool *moved);

// The enumeration's next packets. Returns true if something happened.
bool usb_enum_step(struct tn_usb_host *h);

#endif

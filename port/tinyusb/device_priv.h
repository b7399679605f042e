// SPDX-License-Identifier: Apache-2.0
// Shared by the files of this folder.
#ifndef TN_PORT_TINYUSB_DEVICE_PRIV_H
#define TN_PORT_TINYUSB_DEVICE_PRIV_H

#include "tinyusb/device.h"

enum {
    TN_USB_DFU_INTERFACE = 0,
    TN_USB_CDC_INTERFACE = 1,
    TN_USB_DRIVE_INTERFACE = 3,
};

// The device that tn_usb_begin was given.
extern struct tn_usb_device *tn_usb_our;

#endif

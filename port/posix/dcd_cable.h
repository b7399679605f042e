// SPDX-License-Identifier: Apache-2.0
// TinyUSB's device controller of the simulated device: packets come and go by a cable
// (usb_cable.h). Its program fills struct tn_usb_device with tn_cable_controller.
#ifndef TN_PORT_POSIX_DCD_CABLE_H
#define TN_PORT_POSIX_DCD_CABLE_H

#include "tinyusb/controller.h"
#include "usb_cable.h"

// The device's end of the cable, and the controller for its program. There is one of each.
extern const struct tn_usb_cable tn_cable;
extern const struct tn_usb_controller tn_cable_controller;

#endif

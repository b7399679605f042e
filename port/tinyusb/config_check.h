// SPDX-License-Identifier: Apache-2.0
// Whether a device's configuration descriptor can be left to TinyUSB 0.18's host stack, which
// believes it: the number of an interface is an index of an array there, and the lengths are not
// looked at (usbh.c, _parse_configuration_descriptor).
//
// Knows no TinyUSB. Source: USB 2.0, section 9.6.
#ifndef TN_PORT_TINYUSB_CONFIG_CHECK_H
#define TN_PORT_TINYUSB_CONFIG_CHECK_H

#include <stdbool.h>
#include <stdint.h>

enum {
    TN_USB_CONFIG_MAX = 256,       // bytes, all descriptors
    TN_USB_CONFIG_INTERFACES = 8,  // their numbers are below
};

// p has TN_USB_CONFIG_MAX bytes, whatever the descriptor says. False: a length that cannot be, an
// interface whose number is too large, an interface association (whose count is an index, too), or
// mass storage without two bulk endpoints behind its interface.
bool tn_usb_config_is_sound(const uint8_t *p);

#endif

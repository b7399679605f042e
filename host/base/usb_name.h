// SPDX-License-Identifier: Apache-2.0
// How a user names a USB device that is updated by DFU: usb:VID:PID:SERIAL.
#ifndef TN_HOST_BASE_USB_NAME_H
#define TN_HOST_BASE_USB_NAME_H

#include <stdbool.h>
#include <stdint.h>

#include "host/base/fault.h"

#include "base/compiler.h"

TN_C_BEGIN

enum {
    TN_USB_SERIAL = 64,  // bytes of a serial number, with its 0
    TN_USB_NAME = 80,    // bytes of a whole name
};

struct tn_usb_name {
    bool has_ids;  // false: any device, if there is exactly one
    uint16_t vid, pid;
    char serial[TN_USB_SERIAL];  // "": any
};

// Does the text name a USB device: does it begin with "usb:"?
bool tn_usb_is_name(const char *text);

// Reads "usb:", "usb:VID:PID" or "usb:VID:PID:SERIAL". Ids are hex digits. Fault: USAGE.
int tn_usb_name_get(const char *text, struct tn_usb_name *ret, struct tn_fault *f);

// The name of one device. serial may be "".
void tn_usb_name_put(char ret[TN_USB_NAME], uint16_t vid, uint16_t pid, const char *serial);

// Are these ids for tests only? pid.codes keeps 1209:0001 to 1209:0010 for that, and no product may
// ship with them. Source: pid.codes, "1209/0001: Test PID".
bool tn_usb_is_test_id(uint16_t vid, uint16_t pid);

TN_C_END

#endif

// SPDX-License-Identifier: Apache-2.0
// A USB stick behind TinyUSB's host stack, as a medium that is only read (fatfs/disk.h): mass
// storage by bulk-only transport, its first unit, blocks of 512 bytes. Straight at the connector:
// a hub is not asked what is behind it.
//
// Knows no chip (controller.h) and no file system. There is one stick, which is looked for once.
#ifndef TN_PORT_TINYUSB_STICK_H
#define TN_PORT_TINYUSB_STICK_H

#include "controller.h"
#include "fatfs/disk.h"

enum {
    TN_USB_STICK_ABSENT_MS = 3000,  // without a device at the connector: there is none
    TN_USB_STICK_READY_MS = 20000,  // for a stick to get ready
    TN_USB_STICK_READ_MS = 5000,    // for a block to come
};

// Set all. Must live on.
struct tn_usb_stick_cfg {
    const struct tn_usb_controller *controller;
    uint32_t (*now_ms)(void);
    void (*alive)(void);  // feeds the watchdog; called while a stick is waited for
};

// Gives the connector power and begins to look for a stick.
void tn_usb_stick_begin(const struct tn_usb_stick_cfg *cfg);

// TN_MORE while the stick is looked for, else 0. Call it in a loop; then open the disk. Most calls
// do not wait, but one does for half a second: it resets a device that has just appeared.
int tn_usb_stick_wait(void);

// Takes the power away. The disk cannot be read any more.
void tn_usb_stick_end(void);

// open: TN_ENOENT: no stick is there; TN_EIO: what is there did not get ready, or has other blocks.
// read: waits for a block for TN_USB_STICK_READ_MS at most. TN_EIO: an error, no answer, or the
// stick was pulled out: after that nothing can be read.
extern const struct tn_disk tn_usb_stick_disk;

#endif

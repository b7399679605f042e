// SPDX-License-Identifier: Apache-2.0
// A drive that a USB device shows to its host, block by block: USB mass storage, bulk only, SCSI.
//
// A program fills the table and lists msc.c, which joins it to TinyUSB's class. Knows neither file
// systems nor what blocks mean.
#ifndef TN_PORT_TINYUSB_DRIVE_H
#define TN_PORT_TINYUSB_DRIVE_H

#include <stdbool.h>
#include <stdint.h>

enum { TN_USB_DRIVE_BLOCK = 512 };

enum tn_usb_medium {
    TN_USB_MEDIUM_THERE,
    TN_USB_MEDIUM_GONE,
    TN_USB_MEDIUM_CHANGED,  // there, with other contents; answered once
};

// Every call gets ctx. None waits.
struct tn_usb_drive {
    uint32_t blocks;
    const char *name;           // at most 16 characters
    const uint8_t *descriptor;  // tn_usb_drive_descriptor

    // Fills buf with a block. False: the host gets an error.
    bool (*read)(void *ctx, uint32_t block, uint8_t buf[TN_USB_DRIVE_BLOCK]);

    // Takes a block. 1: done; 0: not yet, the same block comes again, and until then the host
    // waits; negative: the host gets an error. A step of the work takes at most one flash
    // operation, so that control requests are answered in between.
    int (*write)(void *ctx, uint32_t block, const uint8_t data[TN_USB_DRIVE_BLOCK]);

    enum tn_usb_medium (*medium)(void *ctx);

    // The host ejects the drive.
    void (*eject)(void *ctx);

    void *ctx;
};

// The interface's, from msc.c, which a program without a drive does not list.
extern const uint8_t tn_usb_drive_descriptor[];

#endif

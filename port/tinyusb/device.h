// SPDX-License-Identifier: Apache-2.0
// A USB device: a DFU interface, and a CDC line. The same for application and loader.
//
// Joins a function (usb/function.h) and a stream (channel/stream.h) to TinyUSB. Knows descriptors;
// knows neither what DFU requests mean nor the chip (controller.h). One device per program, since
// TinyUSB has static state: this room holds one static pointer.
//
// Interface 0 is DFU, 1 and 2 are CDC, 3 may be a drive. A device with a CDC line is a composite
// one; Windows 8.1 and later load WinUSB for the DFU interface by themselves (Microsoft OS 2.0
// descriptors).
#ifndef TN_PORT_TINYUSB_DEVICE_H
#define TN_PORT_TINYUSB_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "channel/stream.h"
#include "tinyusb/controller.h"
#include "tinyusb/drive.h"
#include "usb/function.h"

enum {
    TN_USB_ALTS_MAX = 4,
    TN_USB_TEXT_MAX = 126,  // characters of a string descriptor
    TN_USB_TOUCH_BAUD = 1200,
    TN_USB_START_MS = 100,  // from the call of start until the device is on the bus
    // Numbers of strings that the device's owner supplies.
    TN_USB_STRING_ERROR = 5,  // the text of an error
    TN_USB_STRING_ALT = 6,    // the name of alternate setting 0; the next ones follow
};

// A board's ids and names. Application and recovery have different idProduct: they are different
// devices for a host. idVendor 0x1209 with idProduct 0x0001 to 0x0010 is for tests only
// (https://pid.codes/1209/0001/): a product needs its own.
struct tn_usb_ids {
    uint16_t vendor;
    uint16_t application;
    uint16_t recovery;
    const char *maker;
    const char *product;
};

// A board's part, if its chip has a controller.
extern const struct tn_usb_ids tn_board_usb_ids;

// What the DFU interface tells in its descriptors: "USB Device Class Specification for Device
// Firmware Upgrade", revision 1.1, section 4.
struct tn_usb_dfu_descriptor {
    uint8_t protocol;    // 1: run time, 2: DFU mode
    uint8_t nalts;       // alternate settings, at most TN_USB_ALTS_MAX
    uint8_t attributes;  // TN_USB_DFU_*
    uint16_t block;      // wTransferSize
};

enum {
    TN_USB_DFU_DOWNLOADS = 1 << 0,
    TN_USB_DFU_UPLOADS = 1 << 1,
    TN_USB_DFU_TOLERANT = 1 << 2,  // the device goes on after a download
    TN_USB_DFU_DETACHES = 1 << 3,  // by itself, without a bus reset
};

// Set what stands before "private", the rest to 0. Must live on.
struct tn_usb_device {
    const struct tn_usb_controller *controller;
    const struct tn_usb_ids *ids;
    uint16_t product;    // idProduct: one of ids
    const char *serial;  // "": none. The same in application and recovery
    uint32_t (*now_ms)(void);
    struct tn_usb_dfu_descriptor dfu;
    struct tn_usb_function function;  // of the DFU interface
    // Writes the text of string number index, TN_USB_STRING_ERROR or more.
    void (*text)(void *ctx, uint8_t index, struct tn_text *out);
    void *text_ctx;
    // A program opened the CDC line at 1200 baud and closed it again, as Arduino's tools do to ask
    // for the loader. NULL: nothing happens.
    void (*touch)(void *ctx);
    void *touch_ctx;
    // Interface 3 is a drive. NULL: there is none. Other programs than those with msc.c have none.
    const struct tn_usb_drive *drive;

    // private
    bool is_on;
    uint32_t since_ms;
};

// Starts the device; it comes onto the bus TN_USB_START_MS later, so that a host notices a reset.
void tn_usb_begin(struct tn_usb_device *d);

// Does the next step. Call it in a loop, at least every few milliseconds while a host talks.
void tn_usb_step(void);

// Takes the device off the bus, and puts the controller's registers back.
void tn_usb_end(void);

// The CDC line. Bytes that no host reads for TN_USB_STALE_MS are dropped, as on a wire. While the
// bus is suspended nothing is dropped for TN_USB_ASLEEP_MS.
extern const struct tn_stream tn_usb_line;

enum {
    TN_USB_STALE_MS = 500,
    TN_USB_ASLEEP_MS = 60000,
};

#endif

// SPDX-License-Identifier: Apache-2.0
// USB as DFU needs it: a list of devices, and control transfers to one of them.
//
// A table of functions, so that the DFU client (client.h) knows no library: host/usb fills it with
// libusb, and tests fill it with a device of their own. All calls block.
//
// Sources: USB 2.0, chapter 9 (descriptors); USB Device Class Specification for Device Firmware
// Upgrade 1.1, section 4 (the DFU interface).
#ifndef TN_HOST_DFU_USB_H
#define TN_HOST_DFU_USB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/base/fault.h"
#include "host/base/usb_name.h"

#include "base/compiler.h"

TN_C_BEGIN

enum {
    TN_USB_ALTS = 16,   // alternate settings of a DFU interface that are looked at
    TN_USB_TEXT = 384,  // bytes of a string in UTF-8, with its 0: 126 characters of UTF-16
    TN_USB_PATH = 32,   // bytes of a path such as 1-4.2, with its 0
    TN_USB_NODE = 64,
};

// bmAttributes of DFU's functional descriptor (DFU 1.1, section 4.1.3).
enum {
    TN_DFU_CAN_DOWNLOAD = 1,
    TN_DFU_CAN_UPLOAD = 2,
    TN_DFU_TOLERANT = 4,     // answers after manifestation
    TN_DFU_WILL_DETACH = 8,  // leaves the bus by itself after DETACH
};

enum tn_usb_access {
    TN_USB_READY,
    TN_USB_DENIED,     // this user may not open it
    TN_USB_NO_DRIVER,  // no driver that a program could use (Windows)
    TN_USB_CLOSED,     // cannot be opened for another reason
};

struct tn_usb_alt {
    uint8_t number;
    char name[TN_USB_TEXT];  // "" if it has none, or if the device cannot be opened
};

struct tn_usb_device {
    uint16_t vid, pid, release;
    uint8_t bus, address;
    char path[TN_USB_PATH];      // of hubs and ports: 1-4.2; it stays over a reset
    char node[TN_USB_NODE];      // the device's file, or ""
    char serial[TN_USB_SERIAL];  // texts are safe to print; "" if unknown
    char product[TN_USB_SERIAL];
    enum tn_usb_access access;
    bool has_serial_port;  // an interface of CDC ACM, which systems show as a serial port

    // Its DFU interface; of a device without one, the rest is 0.
    bool has_dfu;
    bool is_dfu_mode;  // it waits for a download; false: its application runs
    uint8_t interface;
    uint8_t attributes;
    uint16_t detach_ms;
    uint16_t transfer_size;
    uint16_t bcd_dfu;
    struct tn_usb_alt alts[TN_USB_ALTS];
    size_t nalts;
};

// The 8 bytes of a control request. Bit 7 of type set: the device sends data.
struct tn_usb_setup {
    uint8_t type, request;
    uint16_t value, index, len;
};

// What a control transfer can return besides the number of bytes.
enum tn_usb_error {
    TN_USB_ERR_STALL = -1,  // the device refuses the request
    TN_USB_ERR_GONE = -2,   // unplugged, or reset itself
    TN_USB_ERR_TIMEOUT = -3,
    TN_USB_ERR_FAILED = -4,  // anything else
};

struct tn_usb;

struct tn_usb_ops {
    // All devices, also those without DFU: a device that came back may have none. The caller frees
    // *ret. No device at all is not a fault.
    int (*list)(struct tn_usb *u, struct tn_usb_device **ret, size_t *ret_n, struct tn_fault *f);

    // Opens a device of the list, and claims its DFU interface. Faults: NO_DEVICE (gone, or no
    // permission), BUSY (another program has the interface).
    int (*open)(struct tn_usb *u, const struct tn_usb_device *d, struct tn_fault *f);
    void (*close)(struct tn_usb *u);  // also if nothing is open

    // One control transfer of at most 5 s. Returns how many bytes of data moved, or a
    // tn_usb_error.
    int (*control)(struct tn_usb *u, const struct tn_usb_setup *setup, void *data);

    // Selects an alternate setting of the claimed interface, or resets the device's port. Returns 0
    // or a tn_usb_error. After a reset the device may have left.
    int (*select)(struct tn_usb *u, uint8_t alt);
    int (*reset)(struct tn_usb *u);
};

// The first member of every implementation's own struct.
struct tn_usb {
    const struct tn_usb_ops *ops;
};

// ---- Descriptors, which hostile devices send -----------------------------------------------

// Reads DFU's functional descriptor out of a run of descriptors into d: attributes, detach_ms,
// transfer_size, bcd_dfu. Returns false if there is none.
bool tn_usb_functional(const uint8_t *p, size_t len, struct tn_usb_device *d);

// Reads a string descriptor as UTF-8 that is safe to print; "" if it is none.
void tn_usb_string(const uint8_t *p, size_t len, char *ret, size_t size);

// Is an interface of this class and subclass one of DFU, or one of CDC's serial ports? Source: USB
// CDC 1.2, table 4 and PSTN 1.2, section 3.2 (abstract control model).
bool tn_usb_is_dfu(uint8_t class_, uint8_t subclass);
bool tn_usb_is_serial_port(uint8_t class_, uint8_t subclass);

// ---- Choosing ------------------------------------------------------------------------------

// The device with a DFU interface that the name means. Faults: NO_DEVICE, which lists the DFU
// devices that are there; USAGE if several match.
int tn_usb_find(struct tn_usb *u, const struct tn_usb_name *name, struct tn_usb_device *ret,
        struct tn_fault *f);

// Is b the same device as a, after it left the bus and came back, maybe with other ids? It is if it
// sits at the same port, or if it has the same serial number.
bool tn_usb_is_same(const struct tn_usb_device *a, const struct tn_usb_device *b);

TN_C_END

#endif

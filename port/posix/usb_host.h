// SPDX-License-Identifier: Apache-2.0
// The host's end of a USB cable: turns URBs (USB request blocks) into packets, for one full-speed
// device.
//
// Knows transfers (Universal Serial Bus Specification 2.0, sections 5.5 to 5.8 and 8.5), the
// enumeration (9.1.2) and the standard descriptors (9.6). Knows no classes and no network: USB/IP
// (usbip.h) supplies the URBs. Control, bulk and interrupt transfers; no isochronous ones.
//
// Nothing here waits or allocates. A device that answers NAK gets its token again at the next step.
#ifndef TN_PORT_POSIX_USB_HOST_H
#define TN_PORT_POSIX_USB_HOST_H

#include "usb_cable.h"

enum {
    TN_USB_URBS = 64,          // at a time; cdc-acm of Linux keeps 33
    TN_USB_URB_MAX = 0x20000,  // bytes of a URB: usb-storage of Linux sends up to 240 sectors
    TN_USB_CONFIG_MAX = 4096,  // bytes of a configuration's descriptors
    TN_USB_SETUP = 8,          // bytes of a control request
    TN_USB_DEVICE = 18,        // bytes of a device descriptor
    TN_USB_ENDPOINTS = 16,     // in each direction
    TN_USB_ADDRESS = 1,        // that the host gives to the device
    TN_USB_ENUM_MS = 10000,    // an enumeration that takes longer has failed
};

struct tn_usb_urb {
    // The submitter fills these.
    uint32_t id;                  // for tn_usb_host_cancel
    uint8_t ep;                   // 0 to 15
    bool is_in;                   // endpoint 0: direction of the data stage
    bool refuses_short;           // fewer bytes than len are an error (URB_SHORT_NOT_OK)
    bool ends_with_zero;          // whole packets are followed by an empty one (URB_ZERO_PACKET)
    uint8_t setup[TN_USB_SETUP];  // endpoint 0: the request
    uint32_t len;                 // bytes to send or to receive at most, at most TN_USB_URB_MAX
    uint8_t data[TN_USB_URB_MAX];

    // Filled when it is complete.
    int status;     // 0 or a negative errno, with the meaning that Linux gives it in URBs
    uint32_t done;  // bytes sent or received

    // private
    uint8_t state;
    uint8_t stage;  // endpoint 0: setup, data, status
    bool was_reset;
};

enum tn_usb_state {
    TN_USB_AWAY,         // the device has its pull-up off
    TN_USB_POWERED,      // there, not enumerated yet
    TN_USB_ENUMERATING,  // URBs wait
    TN_USB_READY,
    TN_USB_FAILED,  // the enumeration failed; tn_usb_host_enumerate tries again
};

struct tn_usb_host {
    // Read only.
    enum tn_usb_state state;
    const char *fault;                  // why the enumeration failed
    uint8_t device[TN_USB_DEVICE];      // READY: the device descriptor
    uint8_t config[TN_USB_CONFIG_MAX];  // READY: the first configuration's descriptors
    uint32_t config_len;
    uint8_t configuration;  // the value of the last SET_CONFIGURATION that succeeded; 0: none
    uint32_t packets;       // that carried data, a SETUP or a status, since the begin
    uint64_t bus_bytes;     // the time that they take on the bus, in bytes: 1,500,000 are a second

    // private
    const struct tn_usb_cable *cable;
    uint32_t now_ms;
    uint32_t framed_ms;
    uint32_t began_ms;                         // the enumeration
    uint8_t step;                              // of the enumeration
    uint16_t packet_max[2][TN_USB_ENDPOINTS];  // [is_in][endpoint]; 0: no such endpoint
    struct tn_usb_urb own;                     // of the enumeration
    struct tn_usb_urb urbs[TN_USB_URBS];
    uint8_t queue[TN_USB_URBS];  // numbers of URBs in the order of their submission
    unsigned nqueued;
};

// Begins with a device that nobody has enumerated. The cable lives on.
void tn_usb_host_begin(struct tn_usb_host *h, const struct tn_usb_cable *cable);

// Exchanges packets until the device answers NAK to all. Does not wait. now_ms: a clock that only
// grows. Returns true if something happened: a packet, a new state, a complete URB.
//
// A URB that reads the device descriptor with wLength 64 is preceded by a bus reset and a new
// enumeration: Linux sends this length after a reset only, and USB/IP does not forward the reset.
bool tn_usb_host_step(struct tn_usb_host *h, uint32_t now_ms);

// Resets the bus and enumerates the device. Ends in READY, FAILED or AWAY. Ignored if it is AWAY.
void tn_usb_host_enumerate(struct tn_usb_host *h);

// Returns a URB to fill and to submit, or NULL if all are in use.
struct tn_usb_urb *tn_usb_host_new(struct tn_usb_host *h);
void tn_usb_host_submit(struct tn_usb_host *h, struct tn_usb_urb *u);

// Returns a URB that is complete, the first submitted first, or NULL. The caller releases it.
struct tn_usb_urb *tn_usb_host_complete(struct tn_usb_host *h);
void tn_usb_host_release(struct tn_usb_host *h, struct tn_usb_urb *u);

// Drops a URB that is not complete. Returns false if there is none with this id.
bool tn_usb_host_cancel(struct tn_usb_host *h, uint32_t id);

// Drops all URBs, even those that are complete or being filled.
void tn_usb_host_cancel_all(struct tn_usb_host *h);

// Returns the next descriptor of this type in h->config behind the byte at, or NULL. at NULL: from
// the beginning. A descriptor that is returned has at least min bytes.
const uint8_t *tn_usb_host_find(
        const struct tn_usb_host *h, const uint8_t *at, uint8_t type, uint8_t min);

#endif

// SPDX-License-Identifier: Apache-2.0
// A USB cable, seen from the host's end: a full-speed device, packet by packet.
//
// A device on this machine fills the table: the simulated device (TinyUSB over dcd_cable.c), or a
// controller's model in the emulator. The USB/IP server (usbip.h) is the host. Knows no protocol
// above packets: no descriptors, no URBs. Source: Universal Serial Bus Specification 2.0, section 8
// (packets, handshakes) and 7.1.7 (attach, reset).
#ifndef TN_PORT_POSIX_USB_CABLE_H
#define TN_PORT_POSIX_USB_CABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What the device answers instead of data.
enum {
    TN_CABLE_NAK = -1,    // not now: the host asks again later
    TN_CABLE_STALL = -2,  // the endpoint is halted, or refuses the control request
    TN_CABLE_NONE = -3,   // no answer: no device, or no such endpoint
};

enum { TN_CABLE_PACKET_MAX = 64 };  // bytes of a control, bulk or interrupt packet at full speed

// Every call gets ctx. None waits. Data toggles are the device's own matter: the host is in step
// with it by construction.
struct tn_usb_cable {
    // True while the device has its pull-up on.
    bool (*is_connected)(void *ctx);

    // A bus reset of at least 10 ms. After it, the device has the address 0.
    void (*reset)(void *ctx);

    // A SETUP token and its 8 bytes to endpoint 0. Returns 0 or TN_CABLE_NONE: a device must not
    // refuse it. The host sends SET_ADDRESS too, as any other request.
    int (*setup)(void *ctx, const uint8_t request[8]);

    // An IN token to endpoint ep (0 to 15). Copies the packet to buf. Returns its length, at most
    // size, or one of the answers above.
    int (*in)(void *ctx, uint8_t ep, uint8_t *buf, size_t size);

    // An OUT token to endpoint ep and its data. Returns 0 if the device accepted it, or one of the
    // answers above.
    int (*out)(void *ctx, uint8_t ep, const uint8_t *data, size_t len);

    // The start of a frame, each millisecond while the bus is not suspended. NULL: the device does
    // not need it.
    void (*frame)(void *ctx);

    // The bus is suspended, after 3 ms without a frame; or resumed (USB 2.0 sections 7.1.7.6 and
    // 7.1.7.7). In between come no tokens and no frames; a bus reset resumes it, too. NULL: the
    // device does not notice.
    void (*suspend)(void *ctx, bool on);

    void *ctx;
};

#endif

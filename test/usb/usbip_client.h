// SPDX-License-Identifier: Apache-2.0
// A blocking USB/IP client in user space, for the libusb shim. Source of the bytes: Linux,
// Documentation/usb/usbip_protocol.rst. It does not use usbip_wire.h, which it checks.
#ifndef TN_TEST_USB_USBIP_CLIENT_H
#define TN_TEST_USB_USBIP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CLIENT_GONE = -1000,  // the connection ended
    CLIENT_TIMEOUT = -1001,
};

// Imports the device 1-1 of the server at this port of 127.0.0.1. Returns the connection, or -1 if
// there is no server, or it has no device to give now.
int client_attach(unsigned port);

// True if the server has not closed the connection.
bool client_is_attached(int fd);

struct client_urb {
    uint8_t ep;
    bool is_in;
    const uint8_t *setup;  // 8 bytes for endpoint 0, else NULL
    uint8_t *data;
    uint32_t len;
    uint32_t done;  // filled
};

// Runs a URB, and waits for its end: timeout_ms, 0: as long as it takes. Returns 0, the URB's
// negative status, or one of the results above.
int client_run(int fd, struct client_urb *u, unsigned timeout_ms);

#endif

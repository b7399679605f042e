// SPDX-License-Identifier: Apache-2.0
// A USB function without endpoints of its own: it answers the control requests to one interface.
//
// Knows no USB stack: a port joins functions to one (port/tinyusb). Source: Universal Serial Bus
// Specification 2.0, sections 8.5.3 (control transfers) and 9.3 (requests).
#ifndef TN_USB_FUNCTION_H
#define TN_USB_FUNCTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

enum {
    TN_USB_STALL = -1,       // the request is refused
    TN_USB_IN = 1 << 7,      // of tn_usb_request.type: the data stage goes to the host
    TN_USB_CLASS = 1 << 5,   // a request of the interface's class
    TN_USB_INTERFACE = 0x1,  // to an interface
};

// The eight bytes of a SETUP packet, as numbers.
struct tn_usb_request {
    uint8_t type;
    uint8_t request;
    uint16_t value;
    uint16_t index;
    uint16_t length;
};

// Every call gets ctx. None waits.
struct tn_usb_function {
    // A request to the interface has arrived. Returns TN_USB_STALL, or the length of the data
    // stage: at most rq->length for data to the host, exactly rq->length for data from it. *ret
    // is where these bytes are, or where they are to go; they stay there until the next call.
    int (*setup)(void *ctx, const struct tn_usb_request *rq, uint8_t **ret);

    // The data stage of a request from the host is complete, with as many bytes as it announced.
    // Returns false if the function refuses them: the status stage is a stall.
    bool (*received)(void *ctx, const struct tn_usb_request *rq);

    // The host selected this alternate setting of the interface. Returns false if there is none.
    bool (*select)(void *ctx, uint8_t alternate);

    // The bus was reset.
    void (*reset)(void *ctx);

    void *ctx;
};

TN_C_END

#endif

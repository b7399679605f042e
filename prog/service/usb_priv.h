// SPDX-License-Identifier: Apache-2.0
// Shared by the files of service/usb.h.
#ifndef TN_PROG_SERVICE_USB_PRIV_H
#define TN_PROG_SERVICE_USB_PRIV_H

#include "service/usb.h"

// The DFU interface of a loader, or of an application.
struct tn_service_usb_part {
    // Fills in the device's product, DFU interface and texts.
    void (*describe)(
            struct tn_service *s, struct tn_usb_device *d, const struct tn_service_usb_cfg *cfg);
    // Does the next step of the interface. True if there was something to do. Counts requests that
    // keep a recovery open in usb->answers.
    bool (*step)(struct tn_channel *usb, uint32_t now_ms);
};

void tn_service_usb_begin(struct tn_service *s, const struct tn_service_usb_cfg *cfg,
        const struct tn_service_usb_part *part);

#endif

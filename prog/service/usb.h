// SPDX-License-Identifier: Apache-2.0
// USB for a service: SMP on a CDC line beside the service's other links, and DFU.
//
// In a loader, the DFU interface is in DFU mode: downloads go to the image writer. In an
// application it is the run-time interface: DETACH, or a touch of the CDC line at 1200 baud, resets
// the device into the loader's recovery. Owns its memory, about 6 KB in a loader; one per program.
#ifndef TN_PROG_SERVICE_USB_H
#define TN_PROG_SERVICE_USB_H

#include "service/service.h"
#include "tinyusb/device.h"

// What a program chooses. Set all; copied.
struct tn_service_usb_cfg {
    const struct tn_usb_controller *controller;
    const struct tn_usb_ids *ids;
    const char *serial;      // the device's own number; must live on
    enum tn_swap_type mark;  // of a download: TN_SWAP_TEST, or TN_SWAP_PERM
    bool may_replace;        // see struct tn_serve_dfu
    bool may_read;
    const char *(*words)(int err);  // texts of DFU's errors: tn_serve_file_words; NULL: codes only
    const struct tn_usb_drive *drive;  // of a recovery (service/uf2.h); NULL: none
};

// Adds the device and its DFU interface to a service. Call it before the service runs. The CDC line
// is silent until one of the two below gives it a server.
void tn_service_usb_recovery(struct tn_service *s, const struct tn_service_usb_cfg *cfg);
void tn_service_usb_application(struct tn_service *s, const struct tn_service_usb_cfg *cfg);

// Adds the CDC line to a service whose first link is another line. The service then answers one
// client at a time, whichever link it uses (serve/session.h).
void tn_service_usb_add_line(struct tn_service *s);

// The CDC line takes the place of the service's only line.
static inline void tn_service_usb_move_line(struct tn_line *line) {
    line->stream = &tn_usb_line;
}

#endif

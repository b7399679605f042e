// SPDX-License-Identifier: Apache-2.0
// What TinyUSB's driver of the USBD expects of nrfx's nrfx_usbd_errata.h: whether the chip has a
// fault that the driver works around. The answer is always yes: the work-arounds write registers
// that have no other effect on a revision without the fault.
//
// Source: Nordic, "nRF52840 Errata" and "nRF52833 Errata", [166] ISO double buffering not
// functional, [171] USBD might not reach its active state, [187] USB cannot be enabled.
#ifndef TN_PORT_NRF5X_USB_NRFX_USBD_ERRATA_H
#define TN_PORT_NRF5X_USB_NRFX_USBD_ERRATA_H

#include <stdbool.h>

static inline bool nrfx_usbd_errata_166(void) {
    return true;
}

static inline bool nrfx_usbd_errata_171(void) {
    return true;
}

static inline bool nrfx_usbd_errata_187(void) {
    return true;
}

#endif

// SPDX-License-Identifier: Apache-2.0
#include "polled.h"

#include <stdint.h>

// TinyUSB's (device/dcd.h), which needs a program's tusb_config.h.
void dcd_int_handler(uint8_t rhport);

static bool unmasked;
static bool running;

bool tn_usb_is_in_handler(void) {
    return running;
}

void tn_usb_interrupt(void) {
    if (unmasked && !running) {
        running = true;
        dcd_int_handler(0);
        running = false;
    }
}

void tn_usb_unmask(void) {
    unmasked = true;
}

void tn_usb_mask(void) {
    unmasked = false;
}

// SPDX-License-Identifier: Apache-2.0
#include "device_priv.h"

#include "tusb.h"

struct tn_usb_device *tn_usb_our;

void tn_usb_begin(struct tn_usb_device *d) {
    tn_usb_our = d;
    d->is_on = false;
    d->since_ms = d->now_ms();
}

// A controller whose clock does not start gets another chance after TN_USB_START_MS.
static void come_onto_the_bus(struct tn_usb_device *d) {
    const tusb_rhport_init_t init = {.role = TUSB_ROLE_DEVICE, .speed = TUSB_SPEED_FULL};

    d->since_ms = d->now_ms();
    if (!d->controller->start()) {
        return;
    }
    d->is_on = tusb_init(0, &init);
    if (!d->is_on) {
        d->controller->stop();
    }
}

void tn_usb_step(void) {
    struct tn_usb_device *d = tn_usb_our;

    if (!d->is_on) {
        if (d->now_ms() - d->since_ms < TN_USB_START_MS) {
            return;
        }
        come_onto_the_bus(d);
    }
    if (d->is_on) {
        d->controller->poll();
        tud_task();
    }
}

void tn_usb_end(void) {
    if (tn_usb_our && tn_usb_our->is_on) {
        tn_usb_our->is_on = false;
        tn_usb_our->controller->stop();
    }
}

// TinyUSB's clock.
uint32_t tusb_time_millis_api(void) {
    return tn_usb_our->now_ms();
}

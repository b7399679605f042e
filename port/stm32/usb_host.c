// SPDX-License-Identifier: Apache-2.0
// The OTG_FS as a host (port/tinyusb/controller.h), around usb.c's clock and pins; and the power of
// the connector. For a board whose pins.h has
//
//     PIN_USB_POWER    an output: high while the connector has VBUS
//     PIN_LED          an output: high while the LED is on
//
// The pin that tells an overcurrent is not looked at: the switch limits it by itself.
// "OTG_FS_GCCFG" of RM0033: a host does not look at VBUS, which it makes.
#include "otg.h"
#include "pins.h"
#include "stm32.h"
#include "tinyusb/controller.h"
#include "tinyusb/polled.h"

static bool start(void) {
    if (!tn_board_usb.start()) {
        return false;
    }
    OTG_FS_GCCFG = OTG_FS_GCCFG_NO_SENSE;
    stm32_pin_output(PIN_USB_POWER, true);
    return true;
}

static void stop(void) {
    stm32_pin_output(PIN_USB_POWER, false);
    tn_board_usb.stop();
}

const struct tn_usb_controller tn_board_usb_host = {start, tn_usb_interrupt, stop};

void tn_board_usb_host_led(bool on) {
    stm32_pin_output(PIN_LED, on);
}

// SPDX-License-Identifier: Apache-2.0
// The OTG_FS around TinyUSB's driver (port/tinyusb/controller.h): clock, pins, VBUS. For a board
// whose pins.h has
//
//     USB_HSE_MHZ      the crystal's, or what comes in instead: 8, 12, 16, ...
//     USB_HSE_BYPASS   1: a clock comes in, 0: a crystal
//     USB_SENSES_VBUS  1: VBUS is wired to PA9, and the pull-up depends on it; 0: it is not
//
// "OTG_FS general core configuration register" of RM0033 and RM0090, "OTG_GCCFG" and "OTG_GOTGCTL"
// of RM0390 and RM0351.
#include <stdbool.h>

#include "otg.h"
#include "pins.h"
#include "stm32.h"
#include "tinyusb/controller.h"
#include "tinyusb/polled.h"

enum {
    PIN_DM = STM32_PIN('A', 11),
    PIN_DP = STM32_PIN('A', 12),
};

static const struct stm32_gate gate = GATE_OTG_FS;
static bool has_port;  // nobody else had switched port A on

static bool start(void) {
    if (!stm32_usb_clock_begin(USB_HSE_MHZ, USB_HSE_BYPASS)) {
        stm32_usb_clock_end();
        return false;
    }
    has_port = stm32_pin_fast(PIN_DM, OTG_FS_AF);
    stm32_pin_fast(PIN_DP, OTG_FS_AF);
    stm32_on(&gate);
    OTG_FS_GCCFG = USB_SENSES_VBUS ? OTG_FS_GCCFG_SENSES : OTG_FS_GCCFG_NO_SENSE;
    return true;
}

// TinyUSB 0.18 says to the controller that VBUS is always there.
static void poll(void) {
    if (USB_SENSES_VBUS && OTG_FS_GOTGCTL & OTG_FS_GOTGCTL_BVALOEN) {
        OTG_FS_GOTGCTL &= ~(OTG_FS_GOTGCTL_BVALOEN | OTG_FS_GOTGCTL_BVALOVAL);
    }
    tn_usb_interrupt();
}

// The reset takes the pull-up off.
static void stop(void) {
    tn_usb_mask();
    stm32_off(&gate);
    stm32_pin_off(PIN_DM);
    stm32_pin_off(PIN_DP);
    if (has_port) {
        stm32_port_off(PIN_DM);
    }
    stm32_usb_clock_end();
}

const struct tn_usb_controller tn_board_usb = {start, poll, stop};

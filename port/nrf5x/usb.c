// SPDX-License-Identifier: Apache-2.0
// The USBD around TinyUSB's driver (port/tinyusb/controller.h): supply, and the way back to what a
// reset leaves. Its pins have no other use. "nRF52840 Product Specification", version 1.1, sections
// 5.3.7 (USB supply) and 6.35.4 (USBD power-up sequence).
#include <stdbool.h>

#include "base/compiler.h"
#include "tinyusb/controller.h"
#include "usb/nrf.h"

// TinyUSB's (dcd_nrf5x.c): with nrfx's numbers of the events; and of device/dcd.h.
void tusb_hal_nrf_power_event(uint32_t event);
void dcd_edpt_close(uint8_t rhport, uint8_t ep_addr);

enum {
    USB_DETECTED = 0,  // [none: nrfx, NRFX_POWER_USB_EVT_DETECTED]
    USB_REMOVED = 1,   // [none: nrfx, NRFX_POWER_USB_EVT_REMOVED]
    USB_READY = 2,     // [none: nrfx, NRFX_POWER_USB_EVT_READY]
};

// How far the driver has been told.
static enum { NO_SUPPLY, DETECTED, READY } supply;

// The crystal is started when the cable is there.
static bool start(void) {
    supply = NO_SUPPLY;
    return true;
}

// The driver waits in a loop for what may be waited for here: an unplugged cable would hang it.
static bool is_ready(void) {
    return (POWER_USBREGSTATUS & POWER_USBREGSTATUS_OUTPUTRDY) &&
            (NRF_USBD->EVENTCAUSE & USBD_EVENTCAUSE_READY_Msk) &&
            (CLOCK_HFCLKSTAT & CLOCK_HFCLKSTAT_CRYSTAL) == CLOCK_HFCLKSTAT_CRYSTAL;
}

static void follow_supply(void) {
    bool is_there = POWER_USBREGSTATUS & POWER_USBREGSTATUS_VBUSDETECT;

    if (!is_there && supply != NO_SUPPLY) {
        supply = NO_SUPPLY;
        tusb_hal_nrf_power_event(USB_REMOVED);
    } else if (is_there && supply == NO_SUPPLY) {
        supply = DETECTED;
        tusb_hal_nrf_power_event(USB_DETECTED);
    } else if (supply == DETECTED && is_ready()) {
        supply = READY;
        tusb_hal_nrf_power_event(USB_READY);
    }
}

// A request ends what the last one was at. TinyUSB 0.18 does not notice if data that the host has
// not sent were to come: it refuses endpoint 0's next packets from the host, until a bus reset. To
// close the endpoint is its only way to give them up; what that switches off comes on again.
static void forget_last_request(void) {
    if (!NRF_USBD->EVENTS_ENDEPOUT[0]) {
        dcd_edpt_close(0, 0);
        NRF_USBD->EPOUTEN |= 1;
        NRF_USBD->INTENSET = USBD_INTEN_ENDEPOUT0_Msk;
    }
}

// The handler sees a request only if it was here before: INTEN has its bit for this call alone.
void nrf5x_usb_interrupt(void) {
    if (tn_usb_is_in_handler()) {
        return;
    }
    if (NRF_USBD->EVENTS_EP0SETUP) {
        forget_last_request();
        NRF_USBD->INTENSET = USBD_INTEN_EP0SETUP_Msk;
    }
    tn_usb_interrupt();
    NRF_USBD->INTENCLR = USBD_INTEN_EP0SETUP_Msk;
}

static void poll(void) {
    follow_supply();
    nrf5x_usb_interrupt();
}

// All events of the block from the first one on.
static void clear_events(void) {
    for (volatile uint32_t *event = &NRF_USBD->EVENTS_USBRESET; event <= &NRF_USBD->EVENTS_EPDATA;
            event++) {
        *event = 0;
    }
    NRF_USBD->EVENTCAUSE = UINT32_MAX;  // ones clear, as in the next three
    NRF_USBD->EPSTATUS = UINT32_MAX;
    NRF_USBD->EPDATASTATUS = UINT32_MAX;
}

// Without ENABLE the USB core's registers are as after a reset; the pull-up goes off before, since
// no specification says so. AMOUNT of the endpoints can only be read. The event that the cable is
// there stays, as it would come after a reset.
static void stop(void) {
    tn_usb_mask();
    NRF_USBD->INTENCLR = UINT32_MAX;
    if (supply == READY) {
        NRF_USBD->USBPULLUP = 0;
    }
    NRF_USBD->LOWPOWER = 0;  // where TinyUSB leaves it after a suspend
    NRF_USBD->ENABLE = 0;
    supply = NO_SUPPLY;
    POWER_USBREMOVED = 0;
    POWER_USBPWRRDY = 0;
    clear_events();
    for (unsigned ep = 0; ep < TN_LEN(NRF_USBD->EPIN); ep++) {
        NRF_USBD->EPIN[ep].PTR = NRF_USBD->EPIN[ep].MAXCNT = 0;
        NRF_USBD->EPOUT[ep].PTR = NRF_USBD->EPOUT[ep].MAXCNT = 0;
    }
}

const struct tn_usb_controller tn_board_usb = {start, poll, stop};

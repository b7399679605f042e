// SPDX-License-Identifier: Apache-2.0
// A chip's USB controller, as a program that polls uses it around TinyUSB: a device, or a host.
//
// Knows no register and no class: the chip's family fills the table (port/FAMILY/usb.c), TinyUSB's
// own driver of the controller does the rest. A program's order of calls:
//
//     if (tn_board_usb.start()) tusb_init(0, &init);  // the role: a device
//     for each round: tn_board_usb.poll(); tud_task();
//     tud_disconnect(); tud_task(); at least 100 ms; tn_board_usb.stop();
#ifndef TN_PORT_TINYUSB_CONTROLLER_H
#define TN_PORT_TINYUSB_CONTROLLER_H

#include <stdbool.h>

// No function waits longer than 30 ms.
struct tn_usb_controller {
    // Clocks, supply and pins. Call it before TinyUSB starts. Returns false if the clock does not
    // start: TinyUSB must not be started then, and the program may try again.
    bool (*start)(void);

    // Each round: follows the supply on the cable, then calls the controller's handler for what
    // has happened (polled.h).
    void (*poll)(void);

    // Pull-up off, all registers as after a reset: a reset or the application follows. Call it
    // after start only. TinyUSB may be running or not, and gets no calls from it. It does not stop
    // the crystal oscillator that the serial line or the clock uses too, as their own ends do.
    //
    // A host notices that the device has gone only if it is gone for 100 ms (USB 2.0 section
    // 7.1.7.3). The program waits, before or after stop.
    void (*stop)(void);
};

// A board's part, if its chip has a controller. Its program needs TinyUSB (tinyusb.cmake).
extern const struct tn_usb_controller tn_board_usb;

// The same as a host, which gives the device power from start to stop, for a board with what that
// needs. Its order of calls has tuh_task, and the role of a host; nobody needs to be told that it
// goes (stick.h).
extern const struct tn_usb_controller tn_board_usb_host;

// An LED of that board that says what became of a stick's file (prog/card/recovery.h).
void tn_board_usb_host_led(bool on);

#endif

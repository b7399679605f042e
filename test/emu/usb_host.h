// SPDX-License-Identifier: Apache-2.0
// A small USB host on the cable of an emulated chip: single transfers, asked for by a test.
//
// Knows packets and control transfers (USB 2.0 sections 8.5.2 and 8.5.3), and no class. While the
// device answers NAK, the chip runs on.
#ifndef TN_TEST_EMU_USB_HOST_H
#define TN_TEST_EMU_USB_HOST_H

#include "emu/core/emu.h"

enum {
    USB_TIMEOUT = -10,  // NAK for seconds of the chip's time
    USB_PACKET = TN_CABLE_PACKET_MAX,
};

struct usb_host {
    struct tn_emu *emu;
    struct tn_usb_cable cable;
    uint64_t frame_us;    // when the next frame begins
    enum tn_emu_end end;  // of the chip's last run
    bool suspended;       // no frames
    unsigned resets;      // that the program has asked for, and got
};

// Plugs the cable into the chip, which runs whole (tn_emu_open_whole). False: it has no controller.
bool usb_host_open(struct usb_host *h, struct tn_emu *emu);

// Lets the chip run for us of its time, through resets. Returns how it ended: TN_EMU_LIMIT if it
// goes on.
enum tn_emu_end usb_host_run(struct usb_host *h, uint64_t us);

// Runs the chip until its pull-up is on, or off. False: it takes too long.
bool usb_host_wait(struct usb_host *h, bool connected);

// A bus reset, and the time that a host gives the device then.
void usb_host_reset(struct usb_host *h);

// Suspends the bus, for us of the chip's time, and resumes it.
void usb_host_suspend(struct usb_host *h, uint64_t us);

// A control transfer. request: its 8 bytes; data: wLength bytes, which are sent, or get what comes.
// Returns the length of the data stage, TN_CABLE_STALL, TN_CABLE_NONE or USB_TIMEOUT.
int usb_host_control(struct usb_host *h, const uint8_t request[8], void *data);

// The next packet of an endpoint: its length, or an answer as above.
int usb_host_in(struct usb_host *h, uint8_t ep, void *buf, size_t size);

// Sends a packet. Returns 0 or an answer as above.
int usb_host_out(struct usb_host *h, uint8_t ep, const void *data, size_t len);

#endif

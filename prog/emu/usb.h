// SPDX-License-Identifier: Apache-2.0
// The emulated board's USB: its controller, with a USB/IP server at the other end of the cable.
#ifndef TN_PROG_EMU_USB_H
#define TN_PROG_EMU_USB_H

#include <poll.h>
#include <stdbool.h>

#include "emu/core/emu.h"
#include "port/posix/usbip.h"

// Plugs the cable in, and serves it at where (port/posix/where.h). Returns 0, or -1 with a line on
// stderr: the chip has no controller, or the socket cannot be opened.
int usb_open(struct tn_emu *e, const char *where);

// Serves the clients and exchanges packets. True: the device has something to do.
bool usb_step(void);

// What to poll until there is more to do. Returns the number of entries.
unsigned usb_fds(struct pollfd ret[TN_USBIP_FDS]);

// True while a client has the device: its tokens come all the time.
bool usb_is_attached(void);

#endif

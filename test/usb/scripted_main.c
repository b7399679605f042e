// SPDX-License-Identifier: Apache-2.0
// usb_scripted PORT: serves the scripted device over USB/IP, for tests of clients. SIGUSR1: the
// device leaves for a moment, and comes back with another product number. SIGTERM ends it.
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "scripted.h"
#include "usbip.h"

static struct tn_usbip server;
static struct scripted device;
static volatile sig_atomic_t leaves;

static void note(int sig) {
    (void)sig;
    leaves = 1;
}

int main(int argc, char **argv) {
    struct pollfd fds[TN_USBIP_FDS];

    signal(SIGUSR1, note);
    int listener = argc == 2 ? tn_usbip_listen("usb_scripted", argv[1]) : -1;
    if (listener < 0) {
        return 1;
    }
    scripted_begin(&device);
    tn_usbip_begin(&server, "usb_scripted", &device.cable, listener);
    for (;;) {
        if (leaves) {
            leaves = 0;
            device.is_connected = false;
            tn_usbip_step(&server);
            device.is_connected = true;
            device.product++;
        }
        if (!tn_usbip_step(&server)) {
            poll(fds, tn_usbip_fds(&server, fds), 1);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// The simulated device's USB: its controller (dcd_cable.h), and at the other end of the cable a
// USB/IP server.
#include <stdio.h>

#include "dcd_cable.h"
#include "sim.h"
#include "usbip.h"

static struct tn_usbip server;
static bool is_served;
static bool is_busy;  // the last step did something
static const char *count_path;

int tn_sim_usb_make(const char *where) {
    return tn_usbip_listen("tenon-sim", where);
}

void tn_sim_usb_take(int listener, const char *count) {
    count_path = count;
    is_served = listener >= 0;
    if (is_served) {
        tn_usbip_begin(&server, "tenon-sim", &tn_cable, listener);
    }
}

static void poll_server(void) {
    is_busy = is_served && tn_usbip_step(&server);
}

static bool start(void) {
    return tn_cable_controller.start();
}

// "packets 4711 bus-bytes 300000"
static void write_count(void) {
    FILE *f = count_path ? fopen(count_path, "a") : NULL;

    if (f) {
        fprintf(f, "packets %u bus-bytes %llu\n", server.host.packets,
                (unsigned long long)server.host.bus_bytes);
        fclose(f);
    }
}

static void stop(void) {
    write_count();
    tn_cable_controller.stop();
    poll_server();  // the host hears of it
}

const struct tn_usb_controller tn_sim_usb = {start, poll_server, stop};

unsigned tn_sim_usb_fds(struct pollfd *ret) {
    return is_served ? tn_usbip_fds(&server, ret) : 0;
}

bool tn_sim_usb_is_busy(void) {
    return is_busy;
}

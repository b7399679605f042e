// SPDX-License-Identifier: Apache-2.0
// The serial ports that this machine has, and what is plugged into them. Opens none.
#ifndef TN_HOST_TRANSPORT_PORTS_H
#define TN_HOST_TRANSPORT_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/base/fault.h"

struct tn_port {
    char path[128];
    bool is_usb;
    uint16_t vid, pid;  // of USB
    char serial[64];    // these as USB tells them, or ""; no control characters
    char maker[64];
    char product[64];
};

// All ports, sorted by path: *ret is the caller's to free. None is no fault, *ret_n is 0 then.
int tn_ports(struct tn_port **ret, size_t *ret_n, struct tn_fault *f);

// What is known of one port by its path, which may be a link, or a pseudo terminal of which nothing
// is known.
void tn_port_look(const char *path, struct tn_port *ret);

#endif

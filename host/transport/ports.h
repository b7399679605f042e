// SPDX-License-Identifier: Apache-2.0
// The serial ports of this machine, and the devices behind them. Opens no port.
#ifndef TN_HOST_TRANSPORT_PORTS_H
#define TN_HOST_TRANSPORT_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/base/fault.h"

#include "base/compiler.h"

TN_C_BEGIN

struct tn_port {
    char path[128];
    bool is_usb;
    uint16_t vid, pid;  // of USB
    char serial[64];    // as the USB device reports them, or ""; no control characters
    char maker[64];
    char product[64];
};

// All ports, sorted by path. The caller frees *ret. No port at all is not a fault: then *ret_n is
// 0.
int tn_ports(struct tn_port **ret, size_t *ret_n, struct tn_fault *f);

// The facts about one port, by its path. The path may be a link. About a pseudo terminal nothing is
// known.
void tn_port_look(const char *path, struct tn_port *ret);

TN_C_END

#endif

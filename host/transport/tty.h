// SPDX-License-Identifier: Apache-2.0
// A serial line of this machine, opened for this program alone: bytes, 8 bits, no parity, no flow
// control. Knows no packets.
#ifndef TN_HOST_TRANSPORT_TTY_H
#define TN_HOST_TRANSPORT_TTY_H

#include <stdbool.h>
#include <stdint.h>

#include "host/base/fault.h"

#include "base/compiler.h"

TN_C_BEGIN

struct sp_port;

// Set path, baud, and fd to -1. The path may be a link; each open resolves it again.
struct tn_tty {
    char *path;
    uint32_t baud;

    // Set by open.
    int fd;                // nonblocking; -1: closed
    bool is_shared;        // fd leads to the program that holds the port (share.h)
    struct sp_port *port;  // NULL: opened with termios
};

// may_share: if another program of this user holds the port and shares it, connects to that one.
// Faults: NO_DEVICE, BUSY, USAGE if the path is no serial port.
int tn_tty_open(struct tn_tty *t, bool may_share, struct tn_fault *f);

void tn_tty_close(struct tn_tty *t);  // also if it is not open

TN_C_END

#endif

// SPDX-License-Identifier: Apache-2.0
// A serial line of this machine, opened for this program alone: bytes, 8 bits, no parity, no flow
// control. Knows no packets. Windows has its own way of each (tty_win.c).
#ifndef TN_HOST_TRANSPORT_TTY_H
#define TN_HOST_TRANSPORT_TTY_H

#include <stdbool.h>
#include <stddef.h>
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
    bool is_open;
    int fd;                // nonblocking; -1: closed. Always -1 on Windows
    bool is_shared;        // fd leads to the program that holds the port (share.h)
    struct sp_port *port;  // NULL: opened with termios
    void *events;          // Windows only
};

// may_share: if another program of this user holds the port and shares it, connects to that one.
// Faults: NO_DEVICE, BUSY, USAGE if the path is no serial port.
int tn_tty_open(struct tn_tty *t, bool may_share, struct tn_fault *f);

void tn_tty_close(struct tn_tty *t);  // also if it is not open

// What tn_wait waits for: until bytes can be read, or with writes, also until they can be written.
int tn_tty_wakes(const struct tn_tty *t, bool writes);

// Move bytes without blocking. Return how many, 0 if none can be moved now, or -1 if the port is
// gone: unplugged, or the other end of a pseudo terminal is closed.
int tn_tty_read(struct tn_tty *t, void *ret, size_t size);
int tn_tty_write(struct tn_tty *t, const void *bytes, size_t len);

TN_C_END

#endif

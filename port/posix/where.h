// SPDX-License-Identifier: Apache-2.0
// Sockets of a simulated device: WHERE is a port ("3240", on loopback), an address and a port
// ("0.0.0.0:3240"), or an IPv6 address and a port ("[::1]:3240").
#ifndef TN_PORT_POSIX_WHERE_H
#define TN_PORT_POSIX_WHERE_H

// Makes a socket that is bound to where, non-blocking, and kept over exec. With port 0 the kernel
// chooses one. Prints the place to stderr, "PROGRAM: WHAT at 127.0.0.1:43210". type: SOCK_DGRAM,
// or SOCK_STREAM, which then listens. Returns the descriptor, or -1 after a line on stderr.
int tn_where_open(const char *program, const char *what, int type, const char *where);

#endif

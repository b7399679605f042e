// SPDX-License-Identifier: Apache-2.0
// A serial port that one program holds and others of the same user may use through it.
//
// A serial line has one reader. The program that shows the device's text (tenon console) holds the
// port, and serves a local socket. The serial transport connects to it where it finds the port in
// use, and then sends and receives console lines over the socket, as over the port.
//
// The socket lies in $XDG_RUNTIME_DIR/tenon, or in /tmp/tenon-UID: folders that only their owner
// can enter. Its name is the port's device number, so that every path to the port leads to it.
//
// On Windows no program shares its port (share_win.c).
#ifndef TN_HOST_TRANSPORT_SHARE_H
#define TN_HOST_TRANSPORT_SHARE_H

#include <stdbool.h>

#include "host/base/fault.h"

#include "base/compiler.h"

TN_C_BEGIN

// Makes the socket for the port at this path, and listens. A socket that a dead program left is
// replaced. Returns a descriptor, or -1 with a fault: WRITE, or BUSY if another program serves it.
// ret_path gets the socket's path (size at least 200), for unlink.
int tn_share_listen(const char *port, char *ret_path, unsigned size, struct tn_fault *f);

// Ends what tn_share_listen began, and removes the socket.
void tn_share_unlisten(int listener, const char *path);

// Accepts one client. Returns its descriptor (nonblocking), or -1 if there is none, or if it is of
// another user: then it is closed. takes: false: tells the client that another one is served.
int tn_share_accept(int listener, bool takes);

// Connects to the program that serves this port. Returns a descriptor (nonblocking); -1 if there is
// none that belongs to this user; or TN_SHARE_TAKEN if it serves another client now.
enum { TN_SHARE_TAKEN = -2 };
int tn_share_connect(const char *port);

// Move bytes of a connection, without blocking. Return how many, 0 if none can be moved now, or -1
// if the other end is closed.
int tn_share_read(int fd, void *ret, unsigned size);
int tn_share_write(int fd, const void *bytes, unsigned len);
void tn_share_close(int fd);

// ---- Links that several programs can use at once -----------------------------------------------

// Reserves a name, such as a device's address, for one program of this user. Returns a lock;
// TN_SHARE_TAKEN if another program has the name; -1 if this machine has no folder for it.
int tn_share_lock(const char *name);
void tn_share_unlock(int lock);

TN_C_END

#endif

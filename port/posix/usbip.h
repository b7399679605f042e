// SPDX-License-Identifier: Apache-2.0
// A USB/IP server: `usbip attach` of any Linux machine makes the device on a cable appear there.
//
// Serves one device, by the name 1-1, to one client at a time. Clients are hostile: no length that
// they announce allocates anything, and garbage closes the connection with a line on stderr. Uses
// no thread and never waits: the program's loop calls tn_usbip_step between the steps of its
// device.
//
//     struct pollfd fds[TN_USBIP_FDS];
//     ...
//     if (!tn_usbip_step(&server)) {
//         poll(fds, tn_usbip_fds(&server, fds), 1);
//     }
//
// A device that takes its pull-up off ends the connection: USB/IP has no other way to say it. The
// client attaches again. While nobody is attached, the device is not enumerated; from then on it
// stays so, also when the client leaves.
#ifndef TN_PORT_POSIX_USBIP_H
#define TN_PORT_POSIX_USBIP_H

#include <poll.h>

#include "usb_host.h"

enum {
    TN_USBIP_PEERS = 4,  // connections: one has the device, others list it or are refused
    TN_USBIP_FDS = 1 + TN_USBIP_PEERS,
    TN_USBIP_OUT = 48 + TN_USB_URB_MAX,  // the longest message
};

// private
struct tn_usbip_peer {
    int fd;  // -1: none
    uint8_t phase;
    uint32_t age;    // the number of its connection
    uint8_t in[48];  // a request or a header, as far as it has come
    size_t in_len;
    struct tn_usb_urb *filling;  // gets the data that come
    uint32_t pending;            // bytes of data that are still to come
    size_t out_len;
    size_t out_sent;
    uint8_t out[TN_USBIP_OUT];  // one message
};

// About 9 MiB: make it static.
struct tn_usbip {
    struct tn_usb_host host;

    // private
    const char *program;
    int listener;
    uint32_t connections;
    struct tn_usbip_peer peers[TN_USBIP_PEERS];
};

// Opens the listening socket at where (where.h), and prints the place to stderr. The socket is kept
// over exec. Returns the descriptor, or -1 after a line on stderr.
int tn_usbip_listen(const char *program, const char *where);

// Begins to serve. program: the name in front of messages; NULL: no messages. listener: of
// tn_usbip_listen, still the caller's; -1: none. Cable and program live on.
void tn_usbip_begin(
        struct tn_usbip *s, const char *program, const struct tn_usb_cable *cable, int listener);

// Takes a connected stream socket, as if its peer had connected to the listener. Owns it.
void tn_usbip_take(struct tn_usbip *s, int fd);

// Serves the clients and exchanges packets with the device. Returns true if something happened: let
// the device work, and call again without waiting.
bool tn_usbip_step(struct tn_usbip *s);

// Fills in what to poll while tn_usbip_step returns false. Returns the number of entries.
unsigned tn_usbip_fds(const struct tn_usbip *s, struct pollfd ret_fds[TN_USBIP_FDS]);

// True while a client has the device.
bool tn_usbip_is_attached(const struct tn_usbip *s);

// Closes all connections.
void tn_usbip_end(struct tn_usbip *s);

#endif

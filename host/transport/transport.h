// SPDX-License-Identifier: Apache-2.0
// A way to a device: whole packets in both directions over something that poll(2) can wait for.
//
// Knows nothing of requests. Each kind of way fills the same table: serial lines, UDP.
#ifndef TN_HOST_TRANSPORT_TRANSPORT_H
#define TN_HOST_TRANSPORT_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/base/fault.h"

struct tn_transport;

struct tn_transport_ops {
    // Opens the way for this program alone. Faults: NO_DEVICE, BUSY. Does not block.
    int (*open)(struct tn_transport *t, struct tn_fault *f);
    void (*close)(struct tn_transport *t);  // also where it is not open

    // What to wait for: a descriptor, and POLLIN with or without POLLOUT.
    int (*wait_for)(const struct tn_transport *t, short *ret_events);

    // True if a packet may be given to send: the one before has left.
    bool (*is_idle)(const struct tn_transport *t);

    // Takes a copy of a packet of at most max_packet bytes, to go out in calls of work. A retry
    // first ends what may be stuck half-way on the line.
    int (*send)(
            struct tn_transport *t, const void *pkt, size_t len, bool retry, struct tn_fault *f);

    // Moves the bytes that can be moved without blocking. Fault: LINK, the device is gone.
    int (*work)(struct tn_transport *t, struct tn_fault *f);

    // The next packet that arrived, or NULL. It stays until the next call of receive or work.
    const uint8_t *(*receive)(struct tn_transport *t, size_t *ret_len);

    void (*free)(struct tn_transport *t);
};

// The head of every transport's own struct.
struct tn_transport {
    const struct tn_transport_ops *ops;
    const char *name;      // as the user gave it, for words
    uint32_t max_packet;   // the largest packet that the way itself carries
    uint32_t overhead;     // bytes of the server's buffer that the framing takes
    uint32_t safe_packet;  // a size to begin with, before the server has told its own
    uint16_t piece;        // as in struct tn_client: what is lost at a time
    uint16_t kib_ms;       // and how fast the way is
    uint16_t quiet_ms;     // and the silence that a retry needs
    bool is_unchecked;     // without a checksum: what arrives may differ from what was sent
};

// A serial line: packets in console framing (link/console.h), or bare ones (link/raw.h). The path
// may be a symbolic link, a pseudo terminal, or both; each open follows it anew. NULL: out of
// memory. Freed by ops->free.
struct tn_transport *tn_serial_new(const char *path, uint32_t baud, bool raw);

// SMP over UDP, a packet in each datagram. host: a name or an address; each open looks it up
// anew, which may take the time that a name server takes. port 0: 1337. NULL: out of memory.
struct tn_transport *tn_udp_new(const char *host, uint16_t port);

// Makes a transport from its text; baud where the text names none:
//
//   PATH, PATH@BAUD, serial:PATH@BAUD    a serial line
//   raw:PATH@BAUD                        a serial line with bare packets
//   udp:HOST, udp:HOST:PORT              UDP; an IPv6 address with a port: udp:[ADDRESS]:PORT
//
// Faults: USAGE for another scheme, a speed or a port that is no number.
int tn_transport_from(
        const char *text, uint32_t baud, struct tn_transport **ret, struct tn_fault *f);

// The names of serial ports that this machine has, "a, b", for a hint. "" if there are none.
void tn_serial_ports(char *ret, size_t size);

#endif

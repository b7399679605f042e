// SPDX-License-Identifier: Apache-2.0
// A transport to a device: whole packets in both directions, over anything that poll(2) can wait
// for.
//
// It does not know requests. Each kind of transport fills the same table: serial lines, UDP.
#ifndef TN_HOST_TRANSPORT_TRANSPORT_H
#define TN_HOST_TRANSPORT_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/base/fault.h"

#include "base/compiler.h"

TN_C_BEGIN

struct tn_heard;
struct tn_transport;

struct tn_transport_ops {
    // Opens the transport for this program alone. Faults: NO_DEVICE, BUSY. Does not block.
    int (*open)(struct tn_transport *t, struct tn_fault *f);
    void (*close)(struct tn_transport *t);  // also if it is not open

    // What to wait for: a descriptor, and events of tn_wait.
    int (*wait_for)(const struct tn_transport *t, unsigned *ret_events);

    // True if send accepts a packet: the previous one has left.
    bool (*is_idle)(const struct tn_transport *t);

    // Copies a packet of at most max_packet bytes; calls of work send it. A retry first ends a
    // packet that may be stuck half-way on the line.
    int (*send)(
            struct tn_transport *t, const void *pkt, size_t len, bool retry, struct tn_fault *f);

    // Moves as many bytes as it can without blocking. Fault: LINK, the device is gone.
    int (*work)(struct tn_transport *t, struct tn_fault *f);

    // The next packet that arrived, or NULL. It is valid until the next call of receive or work.
    const uint8_t *(*receive)(struct tn_transport *t, size_t *ret_len);

    // Reserves the device for changes by this program, until free. NULL: an open transport is this
    // program's alone anyway. Fault: BUSY.
    int (*claim)(struct tn_transport *t, struct tn_fault *f);

    // The device that answers is not the one of the first open: closes the transport, and a later
    // open finds another one. NULL: the transport always leads to the same device.
    void (*pass_over)(struct tn_transport *t);

    void (*free)(struct tn_transport *t);
};

// The first member of every transport's own struct.
struct tn_transport {
    const struct tn_transport_ops *ops;
    const char *name;              // as the user entered it, for messages
    uint32_t max_packet;           // the largest packet that the transport can carry
    uint32_t overhead;             // bytes of the server's buffer that the framing needs
    uint32_t safe_packet;          // the packet size until the server has reported its own
    uint16_t piece;                // as in struct tn_client: bytes that are lost together
    uint16_t kib_ms;               // as in struct tn_client: time to send 1 KiB
    uint16_t quiet_ms;             // as in struct tn_client: silence before a retry
    bool may_be_another;           // opened again, it has found a device with another address: only
                                   // its answers tell whether it is the same (pass_over)
    bool is_unchecked;             // no checksum: received bytes may differ from sent ones
    const struct tn_heard *heard;  // of a serial line: what came since it was opened; else NULL
};

// A serial line: packets in console framing (link/console.h), or bare ones (link/raw.h). The path
// may be a symbolic link, a pseudo terminal, or both; each open resolves it again. NULL: out of
// memory. Free it with ops->free.
struct tn_transport *tn_serial_new(const char *path, uint32_t baud, bool raw);

// SMP over UDP, one packet per datagram. host is a name or an address. Each open resolves it again,
// which may block as long as the name server takes. port 0: 1337. NULL: out of memory.
struct tn_transport *tn_udp_new(const char *host, uint16_t port);

// Makes a transport from its text. baud applies if the text has none:
//
//   PATH, PATH@BAUD, serial:PATH@BAUD    a serial line
//   raw:PATH@BAUD                        a serial line with bare packets
//   udp:HOST, udp:HOST:PORT              UDP; an IPv6 address with a port: udp:[ADDRESS]:PORT
//   ble:ADDRESS, ble:NAME, ble:          BLE (ble.h)
//
// Faults: USAGE for an unknown scheme, an invalid speed or an invalid port number.
int tn_transport_from(
        const char *text, uint32_t baud, struct tn_transport **ret, struct tn_fault *f);

// The serial line that the text names, for a program that reads its bytes itself: sets path (which
// the caller frees), baud, and fd to -1. Faults: USAGE also for kinds of ports that are no line of
// text.
struct tn_tty;
int tn_tty_from(const char *text, uint32_t baud, struct tn_tty *ret, struct tn_fault *f);

TN_C_END

#endif

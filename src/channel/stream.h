// SPDX-License-Identifier: Apache-2.0
// Tables that a port fills: they carry bytes or packets between a device and its clients.
//
// Knows neither framing nor server. A board may have several of each.
#ifndef TN_CHANNEL_STREAM_H
#define TN_CHANNEL_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

// A line that carries bytes both ways. Every call gets ctx, which the port owns.
struct tn_stream {
    // Copies bytes that have arrived, at most size, to buf. Never waits. Returns how many.
    size_t (*read)(void *ctx, void *buf, size_t size);

    // Sends as many bytes as there is room for now. Never waits for more than a byte's time.
    // Returns how many bytes it accepted.
    size_t (*write)(void *ctx, const void *buf, size_t len);

    void *ctx;
};

// A link that carries whole packets: UDP. Every call gets ctx, which the port owns.
struct tn_datagrams {
    // Copies the next datagram to buf; drops one that is longer than size. Never waits. Returns its
    // length, 0 if there is none.
    size_t (*receive)(void *ctx, void *buf, size_t size);

    // Sends one datagram to the sender of the last one received. A datagram that cannot be sent now
    // is lost.
    void (*send)(void *ctx, const void *buf, size_t len);

    // A number for the sender of the last datagram received, such as its address without the port:
    // a client that starts again is the same sender. NULL: there is only one client.
    uint32_t (*sender)(void *ctx);

    void *ctx;
};

TN_C_END

#endif

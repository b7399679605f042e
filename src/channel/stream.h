// SPDX-License-Identifier: Apache-2.0
// What carries bytes or packets between a device and its clients: the tables that a port fills.
//
// Knows neither framing nor server. A board may have several of each.
#ifndef TN_CHANNEL_STREAM_H
#define TN_CHANNEL_STREAM_H

#include <stddef.h>

// A line that carries bytes both ways. Every call gets ctx, which is the port's.
struct tn_stream {
    // Copies what has arrived, at most size bytes, to buf. Never waits. Returns how many bytes.
    size_t (*read)(void *ctx, void *buf, size_t size);

    // Sends what there is room for right now. Never waits for more than a byte's time. Returns
    // how many bytes it took.
    size_t (*write)(void *ctx, const void *buf, size_t len);

    void *ctx;
};

// A link that carries whole packets: UDP. Every call gets ctx, which is the port's.
struct tn_datagrams {
    // Copies the next datagram, of at most size bytes, to buf; longer ones are dropped. Never
    // waits. Returns its length, 0 if there is none.
    size_t (*receive)(void *ctx, void *buf, size_t size);

    // Sends one datagram to where the last one received came from. What cannot leave now is lost.
    void (*send)(void *ctx, const void *buf, size_t len);

    void *ctx;
};

#endif

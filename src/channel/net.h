// SPDX-License-Identifier: Apache-2.0
// A server on datagrams: one or more requests in each, an answer in a datagram of its own.
#ifndef TN_CHANNEL_NET_H
#define TN_CHANNEL_NET_H

#include "base/compiler.h"
#include "channel/channel.h"
#include "channel/stream.h"

TN_C_BEGIN

// Set all.
struct tn_net {
    struct tn_channel channel;  // its step: tn_net_step
    const struct tn_datagrams *port;
    uint8_t *buf;  // holds channel.peer.buf_size bytes
};

// tn_channel_step of a struct tn_net. While an answer is due, further datagrams wait in the port.
enum tn_channel_did tn_net_step(struct tn_channel *c);

TN_C_END

#endif

// SPDX-License-Identifier: Apache-2.0
#include "channel/net.h"

#include "channel/channel_priv.h"

enum tn_channel_did tn_net_step(struct tn_channel *c) {
    const struct tn_net *n = (const struct tn_net *)(const void *)c;
    const struct tn_datagrams *port = n->port;
    size_t len;

    if (!tn_channel_answer(c, &len)) {
        c->rest.ptr = n->buf;
        c->rest.len = port->receive(port->ctx, n->buf, c->peer.buf_size);
        c->peer.sender = port->sender ? port->sender(port->ctx) : 0;
        return c->rest.len ? TN_CHANNEL_HEARD : TN_CHANNEL_IDLE;
    }
    if (len) {
        port->send(port->ctx, c->server->rsp, len);
    }
    return TN_CHANNEL_ANSWERED;
}

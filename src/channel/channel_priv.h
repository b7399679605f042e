// SPDX-License-Identifier: Apache-2.0
// Code that both kinds of channels share: answering the requests of a received packet.
#ifndef TN_CHANNEL_CHANNEL_PRIV_H
#define TN_CHANNEL_CHANNEL_PRIV_H

#include "channel/channel.h"

// Answers the next request of the packet, or continues the answer that is due. *ret_len: bytes of
// the response, 0 if there is none yet. Returns false, and leaves *ret_len alone, if all requests
// of the packet are answered.
static inline bool tn_channel_answer(struct tn_channel *c, size_t *ret_len) {
    struct tn_smp_server *s = c->server;

    if (tn_smp_server_busy(s)) {
        *ret_len = tn_smp_resume(s);
    } else if (c->rest.len) {
        *ret_len = tn_smp_serve(s, &c->peer, c->rest.ptr, c->rest.len);
        c->rest.ptr += tn_smp_server_used(s);
        c->rest.len -= tn_smp_server_used(s);
    } else {
        return false;
    }
    c->answers += *ret_len != 0;
    return true;
}

#endif

// SPDX-License-Identifier: Apache-2.0
#include "net.h"

bool tn_net_poll(struct tn_net *n) {
    struct tn_smp_server *s = n->server;
    size_t len;

    if (tn_smp_server_busy(s)) {
        len = tn_smp_resume(s);
    } else {
        if (n->next >= n->len) {
            n->next = 0;
            n->len = n->port->receive(n->port->ctx, n->buf, n->peer.buf_size);
        }
        if (!n->len) {
            return false;
        }
        len = tn_smp_serve(s, &n->peer, n->buf + n->next, n->len - n->next);
        n->next += tn_smp_server_used(s);
    }
    if (len) {
        n->port->send(n->port->ctx, s->rsp, len);
    }
    return true;
}

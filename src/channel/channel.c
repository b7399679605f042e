// SPDX-License-Identifier: Apache-2.0
#include "channel/channel.h"

bool tn_channel_answer(struct tn_channel *c, size_t *ret_len) {
    struct tn_smp_server *s = c->server;

    if (tn_smp_server_busy(s)) {
        *ret_len = tn_smp_resume(s);
        return true;
    }
    if (!c->rest.len) {
        return false;
    }
    *ret_len = tn_smp_serve(s, &c->peer, c->rest.ptr, c->rest.len);
    c->rest.ptr += tn_smp_server_used(s);
    c->rest.len -= tn_smp_server_used(s);
    return true;
}

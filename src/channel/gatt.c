// SPDX-License-Identifier: Apache-2.0
#include "channel/gatt.h"

#include "channel/channel_priv.h"

enum tn_channel_did tn_gatt_step(struct tn_channel *c) {
    struct tn_ble *ble = ((const struct tn_gatt *)(const void *)c)->ble;
    size_t len;

    if (tn_ble_step(ble)) {
        return TN_CHANNEL_ANSWERED;
    }
    if (!tn_channel_answer(c, &len)) {
        c->rest.ptr = tn_ble_receive(ble, c->peer.now_ms, &len);
        c->rest.len = c->rest.ptr ? len : 0;
        return c->rest.len ? TN_CHANNEL_HEARD : TN_CHANNEL_IDLE;
    }
    if (len) {
        tn_ble_send(ble, c->server->rsp, len);
    }
    return TN_CHANNEL_ANSWERED;
}

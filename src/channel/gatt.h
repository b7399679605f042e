// SPDX-License-Identifier: Apache-2.0
// A server on a BLE connection: the SMP service (link/ble.h).
#ifndef TN_CHANNEL_GATT_H
#define TN_CHANNEL_GATT_H

#include "base/compiler.h"
#include "channel/channel.h"
#include "link/ble.h"

TN_C_BEGIN

// Set all.
struct tn_gatt {
    struct tn_channel channel;  // its step: tn_gatt_step; its peer's buf_size and buf_count: those
                                // of ble
    struct tn_ble *ble;
};

// tn_channel_step of a struct tn_gatt. While an answer is due or being sent, further packets wait
// in ble.
enum tn_channel_did tn_gatt_step(struct tn_channel *c);

TN_C_END

#endif

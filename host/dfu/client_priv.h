// SPDX-License-Identifier: Apache-2.0
// What client.c and dfuse.c share.
#ifndef TN_HOST_DFU_CLIENT_PRIV_H
#define TN_HOST_DFU_CLIENT_PRIV_H

#include "host/dfu/client.h"

// Sends a block. what begins the line of a fault: "the block at 0x08004000". A device that refuses
// is asked why, and is idle again.
int tn_dfu_client_send(struct tn_dfu_client *d, uint16_t block, const void *bytes, size_t len,
        const char *what, struct tn_fault *f);

// Receives a block of at most size bytes. Returns how many came, or -1 with a fault.
int tn_dfu_client_receive(struct tn_dfu_client *d, uint16_t block, void *bytes, size_t size,
        const char *what, struct tn_fault *f);

// Asks for the status until the device is ready for the next block. may_leave: it is at its end, so
// a device that is gone is no fault. Returns the state, or TN_DFU_GONE, or -1 with a fault.
enum { TN_DFU_GONE = 100 };
int tn_dfu_client_settle(
        struct tn_dfu_client *d, bool may_leave, const char *what, struct tn_fault *f);

// Sends ABORT: dfuIDLE is the next state.
int tn_dfu_client_abort(struct tn_dfu_client *d, struct tn_fault *f);

// The device is in a state that it must not be in here.
int tn_dfu_client_wrong_state(
        const struct tn_dfu_client *d, int state, const char *what, struct tn_fault *f);

// Returns -1 with INTERRUPTED or DEADLINE if it must end now.
int tn_dfu_client_stopped(const struct tn_dfu_client *d, struct tn_fault *f);

#endif

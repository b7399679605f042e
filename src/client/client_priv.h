// SPDX-License-Identifier: Apache-2.0
// Shared by the client's files: the kind of job, and the table of requests in flight.
#ifndef TN_CLIENT_CLIENT_PRIV_H
#define TN_CLIENT_CLIENT_PRIV_H

#include "client/client.h"

enum job { JOB_NONE, JOB_CALL, JOB_UPLOAD };

enum flight_state {
    FLIGHT_FREE,
    FLIGHT_LIVE,   // waits for its answer
    FLIGHT_STALE,  // given up, but still counts as a packet in the server's buffers
    FLIGHT_LATE,   // given up, and no longer counts
};

// True once ms have passed since then_ms; correct across the clock's wrap.
static inline bool tn_passed(uint32_t now_ms, uint32_t then_ms, uint32_t ms) {
    return now_ms - then_ms >= ms;
}

// Milliseconds from then_ms, at most days ago, to now_ms; below 0 if then_ms is in the future.
static inline int32_t tn_since(uint32_t now_ms, uint32_t then_ms) {
    return (int32_t)(now_ms - then_ms);
}

// Forgets the last job, and sets up the next one.
void tn_client_reset(struct tn_client *c, enum job job);

// Adds a request that is sent now. If all entries are taken, replaces the oldest. Returns the
// entry, with a new sequence number.
struct tn_flight *tn_flight_add(struct tn_client *c, uint32_t now_ms);

// The request that a sequence number belongs to, or NULL.
struct tn_flight *tn_flight_find(struct tn_client *c, uint8_t seq);

// Starts the packet of a request. The caller then adds npairs pairs, which do not include "tn" and
// the seal, and calls tn_request_end.
void tn_request_begin(const struct tn_client *c, struct tn_cbor_out *out, void *buf, size_t size,
        uint32_t npairs);

// Adds "tn", the seal and the header. Returns the packet's length or TN_ENOSPC.
int tn_request_end(const struct tn_client *c, struct tn_cbor_out *out, uint8_t *pkt,
        const struct tn_smp_hdr *hdr);

// The upload's part of tn_client_input, tn_client_poll and tn_client_wait.
int tn_upload_input(struct tn_client *c, struct tn_flight *f, uint32_t now_ms);
int tn_upload_poll(struct tn_client *c, uint32_t now_ms, void *out, size_t size);
uint32_t tn_upload_wait(const struct tn_client *c, uint32_t now_ms);

#endif

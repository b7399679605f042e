// SPDX-License-Identifier: Apache-2.0
// What the files of the client share: which job runs, and the table of requests in flight.
#ifndef TN_CLIENT_CLIENT_PRIV_H
#define TN_CLIENT_CLIENT_PRIV_H

#include "client/client.h"

enum job { JOB_NONE, JOB_CALL, JOB_UPLOAD };

enum flight_state {
    FLIGHT_FREE,
    FLIGHT_LIVE,   // its answer counts
    FLIGHT_STALE,  // given up; it only fills a place in the server's buffers, for a while
    FLIGHT_LATE,   // not even that any more
};

// True once ms have passed since then; right across the clock's wrap.
static inline bool tn_passed(uint32_t now_ms, uint32_t then_ms, uint32_t ms) {
    return now_ms - then_ms >= ms;
}

// Milliseconds from a time of the last days to now; below 0 if it is to come.
static inline int32_t tn_since(uint32_t now_ms, uint32_t then_ms) {
    return (int32_t)(now_ms - then_ms);
}

// Forgets the last job, and sets up the next one.
void tn_client_reset(struct tn_client *c, enum job job);

// Notes a request that is sent now, in place of the oldest one where all are taken. Returns its
// entry, with a new sequence number.
struct tn_flight *tn_flight_add(struct tn_client *c, uint32_t now_ms);

// The request that a sequence number belongs to, or NULL.
struct tn_flight *tn_flight_find(struct tn_client *c, uint8_t seq);

// Begins the packet of a request; the caller adds pairs (npairs, "tn" and the seal not counted) and
// ends it.
void tn_request_begin(const struct tn_client *c, struct tn_cbor_out *out, void *buf, size_t size,
        uint32_t npairs);

// Ends it: "tn", the seal, the header. Returns the packet's length or TN_ENOSPC.
int tn_request_end(const struct tn_client *c, struct tn_cbor_out *out, uint8_t *pkt,
        const struct tn_smp_hdr *hdr);

// The upload's part of input and poll.
int tn_upload_input(struct tn_client *c, struct tn_flight *f, uint32_t now_ms);
int tn_upload_poll(struct tn_client *c, uint32_t now_ms, void *out, size_t size);
uint32_t tn_upload_wait(const struct tn_client *c, uint32_t now_ms);

#endif

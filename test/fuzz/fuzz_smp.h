// SPDX-License-Identifier: Apache-2.0
// Builds requests from a fuzzer's choices, and checks responses.
#ifndef TN_TEST_FUZZ_SMP_H
#define TN_TEST_FUZZ_SMP_H

#include "base/cbor.h"
#include "fuzz.h"
#include "smp/packet.h"

enum {
    FUZZ_PACKET = 600,  // bytes of the largest request
};

// Bytes to use as a value, such as the hash of an existing image.
struct fuzz_known {
    const void *ptr;
    size_t len;
};

// Makes a request: any bytes; a valid header with any body; or a map of keys and values that
// handlers know. Returns its length.
size_t fuzz_request(struct fuzz_in *in, const struct fuzz_known *known, size_t nknown, uint8_t *ret,
        size_t size);

// Makes a request with this body. Returns its length.
size_t fuzz_packet(uint8_t *ret, uint8_t op, uint16_t group, uint8_t id, uint8_t seq,
        const struct tn_cbor_out *body);

// Checks that the response's header matches the request's, and that its body is exactly one map.
void fuzz_check_response(const uint8_t *req, size_t req_len, const uint8_t *rsp, size_t rsp_len);

#endif

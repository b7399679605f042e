// SPDX-License-Identifier: Apache-2.0
// A transport that ends in a server over a device in memory, and loses or damages packets.
#ifndef TN_TEST_HOST_WAY_H
#define TN_TEST_HOST_WAY_H

#include "host/transport/transport.h"
#include "serve/harness.h"

struct way {
    struct tn_transport head;
    struct harness *h;
    uint32_t seed;
    unsigned loss;  // of 1000 packets, either way
    unsigned lost;
    size_t longest;  // longer requests are lost; 0: none is
    unsigned too_long;
    // Damages a request, before it is served. May be NULL.
    void (*damage)(struct way *w, uint8_t *req, size_t len);

    // private
    int fd;
    size_t len;  // of the answer that waits
};

// Packets have 400 bytes at most. The rest of *w is 0.
void way_begin(struct way *w, struct harness *h);

#endif

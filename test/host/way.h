// SPDX-License-Identifier: Apache-2.0
// A transport to a server over a device in memory, which loses or damages packets.
#ifndef TN_TEST_HOST_WAY_H
#define TN_TEST_HOST_WAY_H

#include "host/transport/transport.h"
#include "serve/harness.h"

struct way {
    struct tn_transport head;
    struct harness *h;
    uint32_t seed;
    unsigned loss;  // of 1000 packets, in each direction
    unsigned lost;
    size_t longest;  // longer requests are lost; 0: none is
    unsigned too_long;
    // Damages a request before the server gets it. May be NULL.
    void (*damage)(struct way *w, uint8_t *req, size_t len);

    // private
    int fd;
    size_t len;  // bytes of the waiting answer
};

// Packets have at most 400 bytes. Set all other members of *w to 0.
void way_begin(struct way *w, struct harness *h);

#endif

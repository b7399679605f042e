// SPDX-License-Identifier: Apache-2.0
// An SMP server on a board's datagrams: one or more requests in each, an answer in a datagram of
// its own.
#ifndef TN_PROG_NET_H
#define TN_PROG_NET_H

#include "board.h"
#include "smp/server.h"

// Set what stands before "private", the rest to 0. buf holds peer.buf_size bytes.
struct tn_net {
    const struct tn_datagrams *port;
    struct tn_smp_server *server;
    struct tn_smp_peer peer;
    uint8_t *buf;

    // private
    size_t len;   // of the datagram in buf
    size_t next;  // where in it the next request begins
};

// Does the next thing that there is to do: one request, or a piece of an answer that is due. While
// one is due, further datagrams wait in the port. Returns false if there was nothing.
bool tn_net_poll(struct tn_net *n);

#endif

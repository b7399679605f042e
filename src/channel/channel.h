// SPDX-License-Identifier: Apache-2.0
// A link with a server on it: moves what comes over the link to the server, and answers back.
//
// The first member of struct tn_line (a stream of bytes) and struct tn_net (datagrams). Knows
// neither board nor group, nor what a packet means.
#ifndef TN_CHANNEL_CHANNEL_H
#define TN_CHANNEL_CHANNEL_H

#include "smp/server.h"

// What a step did.
enum tn_channel_did {
    TN_CHANNEL_IDLE,     // nothing: there was nothing to do
    TN_CHANNEL_HEARD,    // took something in
    TN_CHANNEL_ANSWERED  // worked for an answer, or sent a part of it
};

// Set what stands before "private", the rest to 0.
struct tn_channel {
    // tn_line_step or tn_net_step, as the struct is.
    enum tn_channel_did (*step)(struct tn_channel *c);
    struct tn_smp_server *server;
    struct tn_channel *next;  // the program's: its next link, or NULL
    struct tn_smp_peer peer;  // where a framing or session needs the time, keep now_ms up to date

    // private: what is left of the packet that came
    struct tn_span rest;
};

// Does the next thing that there is to do: takes a byte or a datagram, sends a few bytes, answers
// one request, or does a piece of the work that an answer is waiting for. Never waits.
static inline enum tn_channel_did tn_channel_step(struct tn_channel *c) {
    return c->step(c);
}

#endif

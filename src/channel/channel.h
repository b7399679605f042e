// SPDX-License-Identifier: Apache-2.0
// A link with a server on it: passes requests from the link to the server, and answers back.
//
// The first member of struct tn_line (a stream of bytes) and of struct tn_net (datagrams). Knows
// neither boards nor groups nor the content of packets.
#ifndef TN_CHANNEL_CHANNEL_H
#define TN_CHANNEL_CHANNEL_H

#include "base/compiler.h"
#include "smp/server.h"

TN_C_BEGIN

// The result of a step.
enum tn_channel_did {
    TN_CHANNEL_IDLE,     // nothing: there was nothing to do
    TN_CHANNEL_HEARD,    // received something
    TN_CHANNEL_ANSWERED  // worked on an answer, or sent a part of it
};

// Set what stands before "private", the rest to 0.
struct tn_channel {
    // tn_line_step for a struct tn_line, tn_net_step for a struct tn_net.
    enum tn_channel_did (*step)(struct tn_channel *c);
    struct tn_smp_server *server;
    struct tn_channel *next;  // set by the program: its next link, or NULL
    struct tn_smp_peer peer;  // keep now_ms up to date if the framing or a session needs the time

    uint32_t answers;  // only ever grows: responses so far

    // private: the rest of the received packet
    struct tn_span rest;
};

// Does the next step: receives a byte or a datagram, sends a few bytes, answers one request, or
// does one step of the work for an answer. Never waits.
static inline enum tn_channel_did tn_channel_step(struct tn_channel *c) {
    return c->step(c);
}

// Does the next step of each link, from the first one on. Returns the largest result.
static inline enum tn_channel_did tn_channel_step_all(struct tn_channel *first) {
    enum tn_channel_did most = TN_CHANNEL_IDLE;

    for (struct tn_channel *c = first; c; c = c->next) {
        enum tn_channel_did did = tn_channel_step(c);
        most = did > most ? did : most;
    }
    return most;
}

// Passes the time to each link.
static inline void tn_channel_tell_time(struct tn_channel *first, uint32_t now_ms) {
    for (struct tn_channel *c = first; c; c = c->next) {
        c->peer.now_ms = now_ms;
    }
}

TN_C_END

#endif

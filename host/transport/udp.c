// SPDX-License-Identifier: Apache-2.0
// SMP over UDP (doc/reference/smp.md section 8). The socket is connected, so the kernel drops
// datagrams from other senders, and reports if no program listens at the other end.
//
// The kernel learns this by ICMP, about a packet that was sent before. Such a report may also be
// left from a device that was in a reset at that moment. So a refusal is a fault only if no answer
// follows within PATIENCE_MS.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/base/clock.h"
#include "host/transport/datagram.h"
#include "host/transport/share.h"
#include "host/transport/transport.h"

enum {
    PORT = 1337,        // Zephyr's port, and everybody's since
    MAX_IP4 = 1472,     // an Ethernet frame minus the headers of IP and UDP: 1500 - 20 - 8
    MAX_IP6 = 1452,     // 1500 - 40 - 8
    SAFE_PACKET = 384,  // Zephyr's usual buffer
    DATAGRAM_MAX = 65536,
    PATIENCE_MS = 250,  // from a refusal to the fault
};

struct udp {
    struct tn_transport head;
    char *name;  // HOST:PORT, for messages
    char *host;
    char port[8];
    struct tn_datagram socket;
    int lock;               // of claim; -1: none
    struct addrinfo *list;  // the addresses of the name
    struct addrinfo *at;    // the address in use
    bool was_heard;         // an answer came since the open
    bool is_refused;
    uint32_t refused_ms;
    uint8_t out[MAX_IP4];
    size_t out_len;
    bool is_due;  // out has not been sent yet
    uint8_t in[DATAGRAM_MAX];
    size_t in_len;  // length of a datagram that receive has not returned yet
};

static struct udp *self(const struct tn_transport *t) {
    return (struct udp *)(uintptr_t)t;
}

// ---- Opening ---------------------------------------------------------------------------

static void hang_up(struct udp *u) {
    tn_datagram_close(&u->socket);
    u->is_due = u->is_refused = u->was_heard = false;
    u->in_len = 0;
}

// Connects to the first address from a on that this machine can reach. Returns 0 or an errno.
static int try_addresses(struct udp *u, struct addrinfo *a) {
    int error = EHOSTUNREACH;

    for (; a; a = tn_datagram_next(a)) {
        hang_up(u);
        error = tn_datagram_open(&u->socket, a);
        if (!error) {
            u->at = a;
            u->head.max_packet = tn_datagram_is_ip6(a) ? MAX_IP6 : MAX_IP4;
            return 0;
        }
    }
    hang_up(u);
    return error;
}

static void udp_close(struct tn_transport *t) {
    struct udp *u = self(t);

    hang_up(u);
    tn_datagram_free(u->list);
    u->list = u->at = NULL;
}

static int udp_open(struct tn_transport *t, struct tn_fault *f) {
    struct udp *u = self(t);

    udp_close(t);
    const char *why = tn_datagram_resolve(u->host, u->port, &u->list);
    if (why) {
        u->list = NULL;
        return tn_fail(
                f, TN_FAULT_NO_DEVICE, "%s: no such host (%s); is its name right?", u->name, why);
    }
    int error = try_addresses(u, u->list);
    if (error) {
        udp_close(t);
        return tn_fail(f, TN_FAULT_NO_DEVICE,
                "%s: no way there from this machine: %s; is it in a network that this machine "
                "reaches?",
                u->name, tn_datagram_error(error));
    }
    return 0;
}

// ---- Datagrams -------------------------------------------------------------------------

static int refused(const struct udp *u, struct tn_fault *f) {
    if (u->was_heard) {
        return tn_fail(f, TN_FAULT_LINK,
                "%s: the device no longer listens on this port: in a reset, or gone; try again",
                u->name);
    }
    return tn_fail(f, TN_FAULT_NO_DEVICE,
            "%s: nothing listens on this port there; are address and port right, and does the "
            "firmware have an SMP server on UDP?",
            u->name);
}

// No program listens at this address. Tries the next address of the same name.
static void note_refusal(struct udp *u) {
    struct addrinfo *next = tn_datagram_next(u->at);

    if (!u->was_heard && next && try_addresses(u, next) == 0) {
        u->is_due = u->out_len > 0;
    } else if (!u->is_refused) {
        u->is_refused = true;
        u->refused_ms = tn_now_ms();
    }
}

// Handles the result of a socket call. Errors that pass by themselves count as a lost datagram;
// other errors are faults.
static int look_at(struct udp *u, int error, struct tn_fault *f) {
    switch (error) {
    case 0:
    case EAGAIN:
    case EINTR:
    case ENOBUFS:
        return 0;
    case ECONNREFUSED:
        note_refusal(u);
        return u->socket.fd >= 0 ? 0 : refused(u, f);
    case EMSGSIZE:
        return tn_fail(f, TN_FAULT_LINK,
                "%s: the network does not carry packets of %u bytes; the way there is a narrow one",
                u->name, (unsigned)u->out_len);
    default:
        return tn_fail(f, TN_FAULT_LINK, "%s: the network fails: %s; check it, and try again",
                u->name, tn_datagram_error(error));
    }
}

static int udp_wait_for(const struct tn_transport *t, unsigned *ret_events) {
    const struct udp *u = self(t);

    *ret_events = u->is_due ? TN_WAIT_READ | TN_WAIT_WRITE : TN_WAIT_READ;
    return u->is_due ? u->socket.wakes_send : u->socket.wakes_read;
}

static bool udp_is_idle(const struct tn_transport *t) {
    return !self(t)->is_due;
}

static int udp_send(
        struct tn_transport *t, const void *pkt, size_t len, bool retry, struct tn_fault *f) {
    struct udp *u = self(t);

    (void)retry;
    if (len > u->head.max_packet || u->is_due) {
        return tn_fail(f, TN_FAULT_INTERNAL, "%s: a packet that cannot be sent", u->name);
    }
    memcpy(u->out, pkt, len);
    u->out_len = len;
    u->is_due = true;
    return 0;
}

// Receives the next datagram into in. Returns 0, or an errno: EAGAIN if there is none.
static int take_in(struct udp *u) {
    int error = tn_datagram_receive(&u->socket, u->in, sizeof(u->in), &u->in_len);

    if (error) {
        return error;
    }
    u->was_heard = true;
    u->is_refused = false;
    return 0;
}

static int udp_work(struct tn_transport *t, struct tn_fault *f) {
    struct udp *u = self(t);
    int error = 0;

    if (u->is_due) {
        error = tn_datagram_send(&u->socket, u->out, u->out_len);
        u->is_due = error != 0;  // the error may be about an earlier packet
        if (look_at(u, error, f)) {
            return -1;
        }
    }
    if (!u->in_len && look_at(u, take_in(u), f)) {
        return -1;
    }
    return u->is_refused && tn_now_ms() - u->refused_ms >= PATIENCE_MS ? refused(u, f) : 0;
}

static const uint8_t *udp_receive(struct tn_transport *t, size_t *ret_len) {
    struct udp *u = self(t);

    *ret_len = u->in_len;
    u->in_len = 0;
    return *ret_len ? u->in : NULL;
}

// ----------------------------------------------------------------------------------------

// Among this user's programs on this machine; the device itself tells apart machines. On a network
// no client can see another one at work, so there is a lock by the address.
static int udp_claim(struct tn_transport *t, struct tn_fault *f) {
    struct udp *u = self(t);
    char host[64];
    char name[100];

    if (u->lock >= 0 || !u->at || !tn_datagram_text(u->at, host, sizeof(host))) {
        return 0;
    }
    snprintf(name, sizeof(name), "udp-%s-%s", host, u->port);
    u->lock = tn_share_lock(name);
    return u->lock != TN_SHARE_TAKEN ? 0
                                     : tn_fail(f, TN_FAULT_BUSY,
                                               "%s: busy: another program of yours is updating "
                                               "this device; wait for it, and "
                                               "try again",
                                               u->name);
}

static void udp_free(struct tn_transport *t) {
    struct udp *u = self(t);

    udp_close(t);
    if (u->lock >= 0) {
        tn_share_unlock(u->lock);
    }
    free(u->name);
    free(u->host);
    free(u);
}

static const struct tn_transport_ops ops = {.open = udp_open,
        .close = udp_close,
        .wait_for = udp_wait_for,
        .is_idle = udp_is_idle,
        .send = udp_send,
        .work = udp_work,
        .receive = udp_receive,
        .claim = udp_claim,
        .free = udp_free};

struct tn_transport *tn_udp_new(const char *host, uint16_t port) {
    struct udp *u = calloc(1, sizeof(*u));
    size_t name_size = strlen(host) + 16;

    if (!u) {
        return NULL;
    }
    u->lock = -1;
    u->socket.fd = -1;
    u->host = strdup(host);
    u->name = malloc(name_size);
    if (!u->host || !u->name) {
        udp_free(&u->head);
        return NULL;
    }
    snprintf(u->port, sizeof(u->port), "%u", port ? port : PORT);
    snprintf(u->name, name_size, strchr(host, ':') ? "udp:[%s]:%s" : "udp:%s:%s", host, u->port);
    u->head = (struct tn_transport){
            .ops = &ops, .name = u->name, .max_packet = MAX_IP4, .safe_packet = SAFE_PACKET};
    return &u->head;
}

// SPDX-License-Identifier: Apache-2.0
// The simulated device's network: a UDP socket, which lives on through resets. An answer goes to
// where the last datagram came from.
#define _DEFAULT_SOURCE
#include <netinet/in.h>
#include <sys/socket.h>

#include "sim.h"
#include "where.h"

static int fd = -1;
static struct sockaddr_storage from;
static socklen_t from_len;

int tn_sim_udp_make(const char *where) {
    return tn_where_open("tenon-sim", "UDP", SOCK_DGRAM, where);
}

void tn_sim_udp_take(int socket_fd) {
    fd = socket_fd;
}

static size_t receive(void *ctx, void *buf, size_t size) {
    (void)ctx;
    from_len = sizeof(from);
    ssize_t n = recvfrom(fd, buf, size, MSG_TRUNC, (struct sockaddr *)&from, &from_len);

    return n > 0 && (size_t)n <= size ? (size_t)n : 0;
}

// Nobody may be there any more: what cannot be sent is lost, as on a wire.
static void transmit(void *ctx, const void *buf, size_t len) {
    (void)ctx;
    if (from_len) {
        sendto(fd, buf, len, 0, (struct sockaddr *)&from, from_len);
    }
}

// FNV-1a of the address without the port.
static uint32_t sender(void *ctx) {
    const uint8_t *p = (const uint8_t *)&((const struct sockaddr_in *)&from)->sin_addr;
    size_t n = sizeof(struct in_addr);
    uint32_t hash = 2166136261u;

    (void)ctx;
    if (from.ss_family == AF_INET6) {
        p = (const uint8_t *)&((const struct sockaddr_in6 *)&from)->sin6_addr;
        n = sizeof(struct in6_addr);
    }
    while (n--) {
        hash = (hash ^ *p++) * 16777619u;
    }
    return hash;
}

const struct tn_datagrams tn_sim_udp = {receive, transmit, sender, NULL};

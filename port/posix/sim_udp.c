// SPDX-License-Identifier: Apache-2.0
// The simulated device's network: a UDP socket, which lives on through resets. An answer goes to
// where the last datagram came from.
#define _DEFAULT_SOURCE
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sim.h"

static int fd = -1;
static struct sockaddr_storage from;
static socklen_t from_len;

static int complain(const char *what, const char *where, const char *why) {
    fprintf(stderr, "tenon-sim: %s %s: %s\n", what, where, why);
    return -1;
}

// Says where it listens: port 0 asks for any that is free.
static int tell(int s) {
    char host[64];
    char port[16];
    struct sockaddr_storage a;
    socklen_t len = sizeof(a);

    if (getsockname(s, (struct sockaddr *)&a, &len) ||
            getnameinfo((struct sockaddr *)&a, len, host, sizeof(host), port, sizeof(port),
                    NI_NUMERICHOST | NI_NUMERICSERV)) {
        return -1;
    }
    fprintf(stderr,
            a.ss_family == AF_INET6 ? "tenon-sim: UDP at [%s]:%s\n" : "tenon-sim: UDP at %s:%s\n",
            host, port);
    return 0;
}

// "PORT", "ADDRESS:PORT" or "[ADDRESS]:PORT" in two. An address that is not told is the loopback.
static int split(const char *where, char *host, size_t size, const char **ret_port) {
    const char *colon = strrchr(where, ':');
    size_t len = colon ? (size_t)(colon - where) : 0;
    const char *at = where;

    if (len > 1 && where[0] == '[' && where[len - 1] == ']') {
        at++;
        len -= 2;
    }
    if (len >= size) {
        return -1;
    }
    snprintf(host, size, "%.*s", (int)len, at);
    if (!len) {
        snprintf(host, size, "127.0.0.1");
    }
    *ret_port = colon ? colon + 1 : where;
    char *end;
    unsigned long port = strtoul(*ret_port, &end, 10);  // getaddrinfo takes 99999, and cuts it
    return **ret_port < '0' || **ret_port > '9' || *end || port > UINT16_MAX ? -1 : 0;
}

int tn_sim_udp_make(const char *where) {
    struct addrinfo hints = {
            .ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *a = NULL;
    char host[64];
    const char *port;

    if (split(where, host, sizeof(host), &port) || getaddrinfo(host, port, &hints, &a)) {
        return complain("no address and port:", where, "it looks like 127.0.0.1:1337");
    }
    int s = socket(a->ai_family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (s < 0 || bind(s, a->ai_addr, a->ai_addrlen) || tell(s)) {
        complain("cannot listen at", where, strerror(errno));
        if (s >= 0) {
            close(s);
        }
        s = -1;
    }
    freeaddrinfo(a);
    return s;
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

// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "usbip_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SUBMIT = 1, UNLINK = 2, RET_SUBMIT = 3, RET_UNLINK = 4, HEADER = 48 };

static uint32_t get32(const uint8_t *p) {
    uint32_t v;

    memcpy(&v, p, 4);
    return ntohl(v);
}

static void put32(uint8_t *p, uint32_t v) {
    v = htonl(v);
    memcpy(p, &v, 4);
}

static bool send_all(int fd, const void *bytes, size_t len) {
    for (size_t sent = 0; sent < len;) {
        ssize_t n = send(fd, (const uint8_t *)bytes + sent, len - sent, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        sent += n > 0 ? (size_t)n : 0;
    }
    return true;
}

static bool receive_all(int fd, void *bytes, size_t len) {
    for (size_t have = 0; have < len;) {
        ssize_t n = recv(fd, (uint8_t *)bytes + have, len - have, 0);
        if (!n || (n < 0 && errno != EINTR)) {
            return false;
        }
        have += n > 0 ? (size_t)n : 0;
    }
    return true;
}

int client_attach(unsigned port) {
    static const uint8_t request[40] = {1, 0x11, 0x80, 3, 0, 0, 0, 0, '1', '-', '1'};
    struct sockaddr_in a = {.sin_family = AF_INET,
            .sin_port = htons((uint16_t)port),
            .sin_addr = {htonl(INADDR_LOOPBACK)}};
    uint8_t reply[8];
    uint8_t device[312];
    int on = 1;

    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0 &&
            send_all(fd, request, sizeof(request)) && receive_all(fd, reply, sizeof(reply)) &&
            !get32(reply + 4) && receive_all(fd, device, sizeof(device))) {
        return fd;
    }
    close(fd);
    return -1;
}

bool client_is_attached(int fd) {
    uint8_t byte;
    ssize_t n = recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK);

    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

static bool put_header(
        int fd, uint32_t command, uint32_t seqnum, const struct client_urb *u, uint32_t unlink) {
    uint8_t h[HEADER] = {0};

    put32(h, command);
    put32(h + 4, seqnum);
    put32(h + 8, 1 << 16 | 2);
    if (command == UNLINK) {
        put32(h + 20, unlink);
    } else {
        put32(h + 12, u->is_in);
        put32(h + 16, u->ep);
        put32(h + 24, u->len);
        put32(h + 32, 0xffffffff);
        if (u->setup) {
            memcpy(h + 40, u->setup, 8);
        }
    }
    return send_all(fd, h, sizeof(h));
}

static uint64_t now_ms(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

// True if something has come in time.
static bool wait_for_answer(int fd, unsigned timeout_ms) {
    uint64_t end = now_ms() + timeout_ms;
    struct pollfd p = {.fd = fd, .events = POLLIN};

    for (;;) {
        uint64_t now = now_ms();
        int rc = poll(&p, 1, !timeout_ms ? -1 : now < end ? (int)(end - now) : 0);
        if (rc >= 0 || errno != EINTR) {
            return rc > 0;
        }
    }
}

// Takes the answer to the URB. Returns its status.
static int take_answer(int fd, const uint8_t *h, struct client_urb *u) {
    u->done = get32(h + 24);
    if (u->done > u->len || (u->is_in && !receive_all(fd, u->data, u->done))) {
        return CLIENT_GONE;
    }
    return (int)get32(h + 20);
}

// After a time-out: unlinks the URB, which may complete all the same.
static int cancel(int fd, uint32_t seqnum, struct client_urb *u) {
    uint8_t h[HEADER];
    int result = CLIENT_TIMEOUT;

    if (!put_header(fd, UNLINK, seqnum + 1, NULL, seqnum)) {
        return CLIENT_GONE;
    }
    do {
        if (!receive_all(fd, h, sizeof(h))) {
            return CLIENT_GONE;
        }
        if (get32(h) == RET_SUBMIT) {
            result = take_answer(fd, h, u);
        }
    } while (get32(h) != RET_UNLINK);
    return result;
}

int client_run(int fd, struct client_urb *u, unsigned timeout_ms) {
    static uint32_t seqnum;
    uint8_t h[HEADER];

    seqnum += 2;
    if (!put_header(fd, SUBMIT, seqnum, u, 0) || (!u->is_in && !send_all(fd, u->data, u->len))) {
        return CLIENT_GONE;
    }
    if (!wait_for_answer(fd, timeout_ms)) {
        return cancel(fd, seqnum, u);
    }
    if (!receive_all(fd, h, sizeof(h)) || get32(h) != RET_SUBMIT || get32(h + 4) != seqnum) {
        return CLIENT_GONE;
    }
    return take_answer(fd, h, u);
}

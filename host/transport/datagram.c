// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE  // SOCK_NONBLOCK, SOCK_CLOEXEC
#include "host/transport/datagram.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

const char *tn_datagram_resolve(const char *host, const char *port, struct addrinfo **ret) {
    const struct addrinfo want = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICSERV};
    int rc = getaddrinfo(host, port, &want, ret);

    return rc ? gai_strerror(rc) : NULL;
}

void tn_datagram_free(struct addrinfo *list) {
    if (list) {
        freeaddrinfo(list);
    }
}

struct addrinfo *tn_datagram_next(const struct addrinfo *a) {
    return a->ai_next;
}

bool tn_datagram_is_ip6(const struct addrinfo *a) {
    return a->ai_family == AF_INET6;
}

bool tn_datagram_text(const struct addrinfo *a, char *ret, size_t size) {
    return getnameinfo(a->ai_addr, a->ai_addrlen, ret, (socklen_t)size, NULL, 0, NI_NUMERICHOST) ==
            0;
}

const char *tn_datagram_error(int error) {
    return strerror(error);
}

int tn_datagram_open(struct tn_datagram *d, const struct addrinfo *to) {
    int fd = socket(to->ai_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0) {
        return errno;
    }
    if (connect(fd, to->ai_addr, to->ai_addrlen)) {
        int error = errno;
        close(fd);
        return error;
    }
    *d = (struct tn_datagram){fd, fd, fd};
    return 0;
}

void tn_datagram_close(struct tn_datagram *d) {
    if (d->fd >= 0) {
        close(d->fd);
    }
    *d = (struct tn_datagram){-1, -1, -1};
}

int tn_datagram_send(struct tn_datagram *d, const void *bytes, size_t len) {
    return send(d->fd, bytes, len, 0) < 0 ? errno : 0;
}

int tn_datagram_receive(struct tn_datagram *d, void *ret, size_t size, size_t *ret_len) {
    ssize_t n = recv(d->fd, ret, size, 0);

    if (n < 0) {
        return errno;
    }
    *ret_len = (size_t)n;
    return 0;
}

// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "where.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 8 };

static int complain(const char *program, const char *what, const char *where, const char *why) {
    fprintf(stderr, "%s: %s %s: %s\n", program, what, where, why);
    return -1;
}

static int print_place(const char *program, const char *what, int s) {
    char host[64];
    char port[16];
    struct sockaddr_storage a;
    socklen_t len = sizeof(a);

    if (getsockname(s, (struct sockaddr *)&a, &len) ||
            getnameinfo((struct sockaddr *)&a, len, host, sizeof(host), port, sizeof(port),
                    NI_NUMERICHOST | NI_NUMERICSERV)) {
        return -1;
    }
    fprintf(stderr, a.ss_family == AF_INET6 ? "%s: %s at [%s]:%s\n" : "%s: %s at %s:%s\n", program,
            what, host, port);
    return 0;
}

// Splits where into address and port. The address is loopback if where has none.
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
    unsigned long port = strtoul(*ret_port, &end, 10);  // getaddrinfo truncates 99999
    return **ret_port < '0' || **ret_port > '9' || *end || port > UINT16_MAX ? -1 : 0;
}

static int make(const struct addrinfo *a, int type) {
    int s = socket(a->ai_family, type | SOCK_NONBLOCK, 0);
    int on = 1;

    if (s < 0) {
        return -1;
    }
    if (type == SOCK_STREAM) {
        setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    }
    if (bind(s, a->ai_addr, a->ai_addrlen) || (type == SOCK_STREAM && listen(s, BACKLOG))) {
        int err = errno;
        close(s);
        errno = err;
        return -1;
    }
    return s;
}

int tn_where_open(const char *program, const char *what, int type, const char *where) {
    struct addrinfo hints = {.ai_socktype = type, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *a = NULL;
    char host[64];
    const char *port;

    if (split(where, host, sizeof(host), &port) || getaddrinfo(host, port, &hints, &a)) {
        return complain(program, "no address and port:", where, "it looks like 127.0.0.1:1337");
    }
    int s = make(a, type);
    freeaddrinfo(a);
    if (s < 0 || print_place(program, what, s)) {
        complain(program, "cannot listen at", where, strerror(errno));
        if (s >= 0) {
            close(s);
        }
        return -1;
    }
    return s;
}

// SPDX-License-Identifier: Apache-2.0
// datagram.h by Winsock 2. An event stands for the socket where the session waits: Winsock sets it
// when a datagram has come, or when the buffer of what leaves has room again after it was full
// (WSAEventSelect, FD_READ and FD_WRITE). It stays set until the next receive.
#include "host/transport/datagram.h"

#include <errno.h>
#include <string.h>
#include <winsock2.h>
#include <ws2tcpip.h>

#include "base/compiler.h"

// Winsock's errors by errno's names, and their words: the C library has none for them.
static const struct {
    int winsock, error;
    const char *text;
} errors[] = {
        {WSAEWOULDBLOCK, EAGAIN, "not now"},
        {WSAEINTR, EINTR, "interrupted"},
        {WSAENOBUFS, ENOBUFS, "no buffer space"},
        // Winsock reports a port at which nothing listens as a connection that was reset.
        {WSAECONNRESET, ECONNREFUSED, "connection refused"},
        {WSAENETRESET, ECONNREFUSED, "connection refused"},
        {WSAECONNREFUSED, ECONNREFUSED, "connection refused"},
        {WSAEMSGSIZE, EMSGSIZE, "message too long"},
        {WSAENETDOWN, ENETDOWN, "network is down"},
        {WSAENETUNREACH, ENETUNREACH, "network is unreachable"},
        {WSAEHOSTUNREACH, EHOSTUNREACH, "no route to host"},
        {WSAEACCES, EACCES, "permission denied"},
        {WSAEADDRNOTAVAIL, EADDRNOTAVAIL, "address not available"},
        {WSAEAFNOSUPPORT, EAFNOSUPPORT, "address family not supported"},
};

static int error_of(int winsock) {
    for (size_t i = 0; i < TN_LEN(errors); i++) {
        if (errors[i].winsock == winsock) {
            return errors[i].error;
        }
    }
    return EIO;
}

const char *tn_datagram_error(int error) {
    for (size_t i = 0; i < TN_LEN(errors); i++) {
        if (errors[i].error == error) {
            return errors[i].text;
        }
    }
    return strerror(error);
}

// Once per process; Windows undoes it at the process's end.
static bool start(void) {
    static bool is_started;
    WSADATA data;

    is_started = is_started || WSAStartup(MAKEWORD(2, 2), &data) == 0;
    return is_started;
}

// ---- Addresses -------------------------------------------------------------------------

const char *tn_datagram_resolve(const char *host, const char *port, struct addrinfo **ret) {
    const struct addrinfo want = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICSERV};

    if (!start()) {
        return "this machine has no network";
    }
    switch (getaddrinfo(host, port, &want, ret)) {
    case 0:
        return NULL;
    case WSATRY_AGAIN:
        return "the name server does not answer";
    default:
        return "name or service not known";
    }
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
    return getnameinfo(a->ai_addr, (socklen_t)a->ai_addrlen, ret, (DWORD)size, NULL, 0,
                   NI_NUMERICHOST) == 0;
}

// ---- The socket ------------------------------------------------------------------------

// Handles of sockets and events have 32 significant bits (Windows documentation, "Interprocess
// Communication Between 32-bit and 64-bit Applications").
static SOCKET socket_of(const struct tn_datagram *d) {
    return (SOCKET)d->fd;
}

static HANDLE event_of(const struct tn_datagram *d) {
    return (HANDLE)(intptr_t)d->wakes_read;
}

int tn_datagram_open(struct tn_datagram *d, const struct addrinfo *to) {
    SOCKET s = WSASocketW(to->ai_family, SOCK_DGRAM, 0, NULL, 0, WSA_FLAG_NO_HANDLE_INHERIT);
    WSAEVENT event = s == INVALID_SOCKET ? WSA_INVALID_EVENT : WSACreateEvent();

    // WSAEventSelect also makes the socket nonblocking.
    if (event == WSA_INVALID_EVENT || WSAEventSelect(s, event, FD_READ | FD_WRITE) ||
            connect(s, to->ai_addr, (int)to->ai_addrlen)) {
        int error = error_of(WSAGetLastError());
        if (event != WSA_INVALID_EVENT) {
            WSACloseEvent(event);
        }
        if (s != INVALID_SOCKET) {
            closesocket(s);
        }
        return error;
    }
    *d = (struct tn_datagram){(int)s, (int)(intptr_t)event, (int)(intptr_t)event};
    return 0;
}

void tn_datagram_close(struct tn_datagram *d) {
    if (d->fd >= 0) {
        closesocket(socket_of(d));
        WSACloseEvent(event_of(d));
    }
    *d = (struct tn_datagram){-1, -1, -1};
}

int tn_datagram_send(struct tn_datagram *d, const void *bytes, size_t len) {
    if (send(socket_of(d), bytes, (int)len, 0) != SOCKET_ERROR) {
        return 0;
    }
    int error = WSAGetLastError();
    if (error != WSAEWOULDBLOCK) {
        WSASetEvent(event_of(d));  // Winsock will not: the caller tries again at once
    }
    return error_of(error);
}

// recv makes Winsock set the event again if more has come already.
int tn_datagram_receive(struct tn_datagram *d, void *ret, size_t size, size_t *ret_len) {
    WSAResetEvent(event_of(d));
    int n = recv(socket_of(d), ret, (int)size, 0);

    if (n == SOCKET_ERROR) {
        return error_of(WSAGetLastError());
    }
    *ret_len = (size_t)n;
    return 0;
}

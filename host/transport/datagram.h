// SPDX-License-Identifier: Apache-2.0
// A UDP socket that is connected to one address, nonblocking. The calls return 0 or an errno value:
// EAGAIN if nothing can be sent or is there now, ECONNREFUSED if a datagram was refused. Windows
// has its own sockets (datagram_win.c).
#ifndef TN_HOST_TRANSPORT_DATAGRAM_H
#define TN_HOST_TRANSPORT_DATAGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

struct addrinfo;

struct tn_datagram {
    int fd;          // -1: closed
    int wakes_read;  // what tn_wait waits for until a datagram is there: fd, or an event on Windows
    int wakes_send;  // the same, until one can be sent
};

// Finds the addresses of a name or a number, for tn_datagram_open. May block as long as the name
// server takes. Returns NULL, or the reason why there are none.
const char *tn_datagram_resolve(const char *host, const char *port, struct addrinfo **ret);
void tn_datagram_free(struct addrinfo *list);  // NULL: does nothing

// One address of the list: the next one or NULL; is it of IPv6; as a number, in words of at most
// size bytes (64 are enough). The last returns false if there is no such text.
struct addrinfo *tn_datagram_next(const struct addrinfo *a);
bool tn_datagram_is_ip6(const struct addrinfo *a);
bool tn_datagram_text(const struct addrinfo *a, char *ret, size_t size);

// What an error value of these calls means.
const char *tn_datagram_error(int error);

int tn_datagram_open(struct tn_datagram *d, const struct addrinfo *to);
void tn_datagram_close(struct tn_datagram *d);  // also if it is not open

int tn_datagram_send(struct tn_datagram *d, const void *bytes, size_t len);
int tn_datagram_receive(struct tn_datagram *d, void *ret, size_t size, size_t *ret_len);

TN_C_END

#endif

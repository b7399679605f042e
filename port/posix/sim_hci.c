// SPDX-License-Identifier: Apache-2.0
// The simulated device's Bluetooth controller, behind a descriptor that carries HCI packets, each
// with its H4 type (Bluetooth Core 5.3, Vol 4 Part A).
//
// Linux's user channel wants a whole packet in each write, and gives one with each read; sources:
// Linux, include/net/bluetooth/bluetooth.h and hci_sock.h.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "base/bytes.h"
#include "sim.h"

enum {
    BT_FAMILY = 31,       // AF_BLUETOOTH
    BT_HCI = 1,           // BTPROTO_HCI
    BT_USER_CHANNEL = 1,  // HCI_CHANNEL_USER
    PACKET = 2048,        // the longest HCI packet that comes is far shorter
    OPEN_TRIES = 100,     // a controller that has just lost its host takes a moment
    OPEN_WAIT_US = 50000,
};

struct bt_address {  // struct sockaddr_hci
    sa_family_t family;
    uint16_t device;
    uint16_t channel;
};

static int fd = -1;
static bool is_packets;
static uint8_t in[PACKET], out[PACKET];
static size_t in_pos, in_len, out_len;

static int complain(const char *where, const char *why) {
    fprintf(stderr, "tenon-sim: no Bluetooth controller at %s: %s\n", where, why);
    return -1;
}

static int open_tcp(const char *host_and_port) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    char host[128];
    int on = 1;

    snprintf(host, sizeof(host), "%s", host_and_port);
    char *port = strrchr(host, ':');
    if (!port) {
        return -1;
    }
    *port++ = 0;
    if (getaddrinfo(host, port, &hints, &list)) {
        return -1;
    }
    int s = socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s >= 0 && connect(s, list->ai_addr, list->ai_addrlen)) {
        close(s);
        s = -1;
    }
    freeaddrinfo(list);
    if (s >= 0) {
        setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    }
    return s;
}

static int open_user_channel(const char *number) {
    struct bt_address a = {.family = BT_FAMILY,
            .device = (uint16_t)strtoul(number, NULL, 10),
            .channel = BT_USER_CHANNEL};
    int s = socket(BT_FAMILY, SOCK_RAW | SOCK_CLOEXEC, BT_HCI);

    if (s >= 0 && bind(s, (const struct sockaddr *)&a, sizeof(a))) {
        close(s);
        s = -1;
    }
    return s;
}

static int open_line(const char *path) {
    struct termios t;
    int line = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);

    if (line >= 0 && tcgetattr(line, &t) == 0) {
        cfmakeraw(&t);
        tcsetattr(line, TCSANOW, &t);
    }
    return line;
}

int tn_sim_hci_open(const char *where) {
    is_packets = strspn(where, "0123456789") == strlen(where);
    for (int i = 0; i < OPEN_TRIES && fd < 0; i++) {
        fd = is_packets                      ? open_user_channel(where)
                : !strncmp(where, "tcp:", 4) ? open_tcp(where + 4)
                                             : open_line(where);
        if (fd < 0) {
            usleep(OPEN_WAIT_US);
        }
    }
    if (fd < 0) {
        return complain(where, strerror(errno));
    }
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    return 0;
}

int tn_sim_hci_fd(void) {
    return fd;
}

static size_t hci_read(void *ctx, void *buf, size_t size) {
    (void)ctx;
    if (in_pos == in_len) {
        ssize_t n = read(fd, in, sizeof(in));
        in_pos = 0;
        in_len = n > 0 ? (size_t)n : 0;
    }
    size_t n = tn_min((uint32_t)size, (uint32_t)(in_len - in_pos));
    memcpy(buf, in + in_pos, n);
    in_pos += n;
    return n;
}

// Bytes of the packet in out; 0: not known yet.
static size_t packet_len(void) {
    if (out[0] == 1) {  // a command: opcode, length
        return out_len < 4 ? 0 : 4u + out[3];
    }
    return out_len < 5 ? 0 : 5u + (size_t)tn_get_le16(out + 3);  // data: handle, length
}

static void write_all(const uint8_t *p, size_t n) {
    while (n) {
        ssize_t k = write(fd, p, n);
        if (k > 0) {
            p += k;
            n -= (size_t)k;
        } else if (errno != EAGAIN) {
            return;  // the controller is gone
        } else {
            poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, 100);
        }
    }
}

// Collects a packet, and sends it when it is whole.
static size_t hci_write(void *ctx, const void *buf, size_t len) {
    size_t n = tn_min((uint32_t)len, (uint32_t)(sizeof(out) - out_len));

    (void)ctx;
    memcpy(out + out_len, buf, n);
    out_len += n;
    if (packet_len() && out_len >= packet_len()) {
        write_all(out, out_len);
        out_len = 0;
    }
    return n;
}

const struct tn_stream tn_sim_hci = {hci_read, hci_write, NULL};

// SPDX-License-Identifier: Apache-2.0
// Three clients of the USB/IP server send what they like, in any pieces, and leave when they like;
// the device has hostile descriptors, and comes and goes. No client gets more answers than it sent
// commands, the server comes to rest, and one that behaves still gets the device at the end.
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "scripted.h"
#include "usbip.h"

enum {
    CLIENTS = 3,
    OPS_MAX = 200,
    STEPS_MAX = 20000,
    HEADER = 48,
    IMPORT = 40,
};

struct client {
    int fd;          // -1: none
    size_t sent;     // bytes to the server
    size_t answers;  // bytes of the server
};

static struct tn_usbip s;
static struct scripted d;
static struct client clients[CLIENTS];

static void rest(void) {
    unsigned n = 0;

    while (tn_usbip_step(&s)) {
        PROMISE(n++ < STEPS_MAX);
    }
}

// Reads what the server says, so that it never waits for the client.
static void drain(struct client *c) {
    static uint8_t buf[TN_USBIP_OUT];
    ssize_t n;

    while (c->fd >= 0 && (n = recv(c->fd, buf, sizeof(buf), MSG_DONTWAIT)) > 0) {
        c->answers += (size_t)n;
    }
    // A URB of 48 bytes gets at most 64 KiB back, an import 320, a list 332.
    PROMISE(c->answers <= c->sent / 8 * (HEADER + (size_t)TN_USB_URB_MAX));
}

static void leave(struct client *c) {
    if (c->fd >= 0) {
        close(c->fd);
        c->fd = -1;
    }
}

static void enter(struct client *c) {
    int fds[2];

    leave(c);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0) {
        *c = (struct client){.fd = fds[1]};
        tn_usbip_take(&s, fds[0]);
    }
}

static void put(struct client *c, const void *bytes, size_t len) {
    ssize_t n = c->fd < 0 ? 0 : send(c->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);

    c->sent += n > 0 ? (size_t)n : 0;
}

static void put_import(struct client *c) {
    uint8_t req[IMPORT] = {1, 0x11, 0x80, 3, 0, 0, 0, 0, '1', '-', '1'};

    put(c, req, sizeof(req));
}

// A header that is nearly right: SUBMIT or UNLINK, with small numbers.
static void put_header(struct client *c, struct fuzz_in *in) {
    uint8_t h[HEADER] = {0};
    uint8_t shape = fuzz_u8(in);

    h[3] = shape & 1 ? 1 : 2;
    h[7] = fuzz_u8(in);
    h[15] = shape >> 1 & 1;
    h[19] = shape >> 2 & 3;
    h[23] = fuzz_u8(in);
    h[26] = shape & 16 ? fuzz_u8(in) : 0;
    h[25] = shape & 32 ? fuzz_u8(in) : 0;
    h[27] = fuzz_u8(in);
    fuzz_take(in, h + 40, shape & 64 ? 8 : 0);
    put(c, h, sizeof(h));
}

static void put_bytes(struct client *c, struct fuzz_in *in) {
    uint8_t buf[256];
    size_t n = fuzz_take(in, buf, fuzz_u8(in));

    put(c, buf, n);
}

static void change_device(struct fuzz_in *in) {
    static uint8_t config[SCRIPTED_STORE_MAX];
    uint8_t shape = fuzz_u8(in);

    if (shape & 1) {
        d.is_connected = !d.is_connected;
    }
    if (shape & 2) {
        d.packet0 = fuzz_u8(in) & 127;
    }
    if (shape & 4) {
        d.config_len = (uint16_t)fuzz_take(in, config, fuzz_u8(in));
        d.config = config;
    }
    d.stalls_config = shape & 8;
    d.naks = shape >> 4 & 1;
    d.babble = shape & 32 && d.packet0 < 32 ? 9 : 0;
}

static void act(struct fuzz_in *in) {
    uint8_t op = fuzz_u8(in);
    struct client *c = &clients[(op >> 4) % CLIENTS];

    switch (op & 7) {
    case 0:
        enter(c);
        break;
    case 1:
        put_bytes(c, in);
        break;
    case 2:
        put_import(c);
        break;
    case 3:
    case 4:
        put_header(c, in);
        break;
    case 5:
        change_device(in);
        break;
    case 6:
        leave(c);
        break;
    default:
        tn_usbip_step(&s);
        break;
    }
    drain(c);
}

// Whatever has happened, a device that behaves is there for a client that behaves.
static void check_service(void) {
    struct client *c = &clients[0];

    d.is_connected = false;
    rest();
    scripted_begin(&d);
    for (unsigned i = 0; i < CLIENTS; i++) {
        drain(&clients[i]);
        leave(&clients[i]);
    }
    rest();
    enter(c);
    put_import(c);
    rest();
    drain(c);
    PROMISE(c->answers == 8 + 312);
    PROMISE(tn_usbip_is_attached(&s));
    leave(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_in in = {data, size};

    scripted_begin(&d);
    tn_usbip_begin(&s, NULL, &d.cable, -1);
    for (unsigned i = 0; i < CLIENTS; i++) {
        clients[i] = (struct client){.fd = -1};
    }
    enter(&clients[0]);
    if (fuzz_u8(&in) & 1) {
        put_import(&clients[0]);
        rest();
    }
    for (unsigned i = 0; i < OPS_MAX && in.left; i++) {
        act(&in);
    }
    check_service();
    tn_usbip_end(&s);
    return 0;
}

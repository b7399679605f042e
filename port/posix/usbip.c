// SPDX-License-Identifier: Apache-2.0
// Connections, and what they ask for. A connection sends one message at a time, and reads the next
// request only after it: a client that does not read its answers gets no further.
#define _GNU_SOURCE
#include "usbip.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "usbip_wire.h"
#include "where.h"

enum phase {
    ASKS,      // its request is not complete
    LISTS,     // waits for a device list
    IMPORTS,   // waits for the device
    ATTACHED,  // has the device
    LEAVES,    // gets its last answer
};

enum {
    COMMANDS = 64,  // of one client in one step
    BUS = 1,
    NUMBER = 2,     // on the bus
    INTERFACE = 4,  // type of a descriptor, and its length: USB 2.0, tables 9-5 and 9-12
    INTERFACE_LEN = 9,
    INTERFACES_MAX = 32,
};

static const char busid[] = "1-1";
static const char path[] = "/tenon/usb1/1-1";

// ---- Connections ---------------------------------------------------------------------------

int tn_usbip_listen(const char *program, const char *where) {
    return tn_where_open(program, "USB/IP", SOCK_STREAM, where);
}

static void hang_up(struct tn_usbip *s, struct tn_usbip_peer *p) {
    if (p->phase == ATTACHED) {
        tn_usb_host_cancel_all(&s->host);
    }
    close(p->fd);
    p->fd = -1;
    p->phase = ASKS;
    p->filling = NULL;
}

// Closes the connection of a client that does not speak the protocol.
__attribute__((format(printf, 3, 4))) static void refuse(
        struct tn_usbip *s, struct tn_usbip_peer *p, const char *text, ...) {
    va_list args;

    if (s->program) {
        fprintf(stderr, "%s: USB/IP: a connection is closed: ", s->program);
        va_start(args, text);
        vfprintf(stderr, text, args);
        va_end(args);
        fputc('\n', stderr);
    }
    hang_up(s, p);
}

// A place for a new connection. If there is none, that of the oldest one without the device: it
// may be there just to occupy it.
static struct tn_usbip_peer *make_room(struct tn_usbip *s) {
    struct tn_usbip_peer *oldest = NULL;

    for (unsigned i = 0; i < TN_USBIP_PEERS; i++) {
        struct tn_usbip_peer *p = &s->peers[i];
        if (p->fd < 0) {
            return p;
        }
        if (p->phase != ATTACHED && (!oldest || p->age < oldest->age)) {
            oldest = p;
        }
    }
    hang_up(s, oldest);
    return oldest;
}

void tn_usbip_take(struct tn_usbip *s, int fd) {
    struct tn_usbip_peer *p = make_room(s);
    int on = 1;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));  // fails for a Unix socket
    p->fd = fd;
    p->phase = ASKS;
    p->age = s->connections++;
    p->in_len = p->out_len = p->out_sent = 0;
    p->filling = NULL;
    p->pending = 0;
}

static bool accept_next(struct tn_usbip *s) {
    int fd = s->listener < 0 ? -1 : accept4(s->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd < 0) {
        return false;
    }
    tn_usbip_take(s, fd);
    return true;
}

bool tn_usbip_is_attached(const struct tn_usbip *s) {
    for (unsigned i = 0; i < TN_USBIP_PEERS; i++) {
        if (s->peers[i].fd >= 0 && s->peers[i].phase == ATTACHED) {
            return true;
        }
    }
    return false;
}

// Receives up to want bytes. Returns their number, 0 if none are there. Hangs up at the end.
static size_t receive(struct tn_usbip *s, struct tn_usbip_peer *p, void *buf, size_t want) {
    ssize_t n = recv(p->fd, buf, want, MSG_DONTWAIT);

    if (n > 0) {
        return (size_t)n;
    }
    if (!n || (errno != EAGAIN && errno != EINTR)) {
        hang_up(s, p);
    }
    return 0;
}

// Sends what is left of the message. Returns true if something went out.
static bool flush(struct tn_usbip *s, struct tn_usbip_peer *p) {
    ssize_t n = send(
            p->fd, p->out + p->out_sent, p->out_len - p->out_sent, MSG_DONTWAIT | MSG_NOSIGNAL);

    if (n < 0) {
        if (errno != EAGAIN && errno != EINTR) {
            hang_up(s, p);
        }
        return false;
    }
    p->out_sent += (size_t)n;
    if (p->out_sent == p->out_len) {
        p->out_sent = p->out_len = 0;
        if (p->phase == LEAVES) {
            hang_up(s, p);
        }
    }
    return true;
}

// ---- Requests before the device is imported ------------------------------------------------

static const uint8_t *next_interface(const struct tn_usbip *s, const uint8_t *at) {
    do {
        at = tn_usb_host_find(&s->host, at, INTERFACE, INTERFACE_LEN);
    } while (at && at[3]);  // alternate settings are no interfaces of their own
    return at;
}

// Writes the device's entry, then its interfaces if they are wanted.
static size_t put_device(const struct tn_usbip *s, uint8_t *out, bool interfaces) {
    struct tn_usbip_device d = {.path = path,
            .busid = busid,
            .bus = BUS,
            .number = NUMBER,
            .configuration = s->host.configuration,
            .descriptor = s->host.device};
    size_t len = TN_USBIP_DEVICE_LEN;

    for (const uint8_t *i = NULL;
            (i = next_interface(s, i)) != NULL && d.ninterfaces < INTERFACES_MAX; d.ninterfaces++) {
        if (interfaces) {
            memcpy(out + len, i + 5, 3);  // class, subclass, protocol
            out[len + 3] = 0;
            len += 4;
        }
    }
    tn_usbip_put_device(out, &d);
    return len;
}

static bool is_ready(const struct tn_usbip *s) {
    return s->host.state == TN_USB_READY;
}

static uint32_t status_of(const struct tn_usbip *s) {
    return is_ready(s)                       ? TN_USBIP_OK
            : s->host.state == TN_USB_FAILED ? TN_USBIP_BROKEN
                                             : TN_USBIP_NO_DEVICE;
}

static void answer_list(struct tn_usbip *s, struct tn_usbip_peer *p) {
    // A list without the device is right while it is away.
    uint32_t status = s->host.state == TN_USB_FAILED ? TN_USBIP_BROKEN : TN_USBIP_OK;

    p->out_len = tn_usbip_put_op(p->out, TN_USBIP_DEVLIST & 0x7fff, status);
    tn_usbip_put32(p->out + p->out_len, is_ready(s));
    p->out_len += 4;
    if (is_ready(s)) {
        p->out_len += put_device(s, p->out + p->out_len, true);
    }
    p->phase = LEAVES;
}

static void answer_import(struct tn_usbip *s, struct tn_usbip_peer *p, uint32_t status) {
    p->out_len = tn_usbip_put_op(p->out, TN_USBIP_IMPORT & 0x7fff, status);
    p->phase = status ? LEAVES : ATTACHED;
    if (!status) {
        p->out_len += put_device(s, p->out + p->out_len, false);
    }
}

// Begins to serve a request that is complete.
static void begin_request(struct tn_usbip *s, struct tn_usbip_peer *p) {
    bool imports = tn_get_be16(p->in + 2) == TN_USBIP_IMPORT;

    p->in_len = 0;
    if (imports && strncmp((const char *)p->in + TN_USBIP_OP_LEN, busid, TN_USBIP_BUSID_LEN)) {
        answer_import(s, p, TN_USBIP_NO_DEVICE);
        return;
    }
    p->phase = imports ? IMPORTS : LISTS;
    if (!tn_usbip_is_attached(s) &&
            (s->host.state == TN_USB_POWERED || s->host.state == TN_USB_FAILED)) {
        tn_usb_host_enumerate(&s->host);
    }
}

// Reads a request: 8 bytes, and 32 more if it is IMPORT.
static bool read_request(struct tn_usbip *s, struct tn_usbip_peer *p) {
    size_t want = TN_USBIP_OP_LEN;

    if (p->in_len >= TN_USBIP_OP_LEN) {
        want += TN_USBIP_BUSID_LEN;
    }
    size_t n = receive(s, p, p->in + p->in_len, want - p->in_len);
    p->in_len += n;
    if (!n || p->in_len < want) {
        return n > 0;
    }
    uint16_t version = tn_get_be16(p->in);
    uint16_t code = tn_get_be16(p->in + 2);
    if (version != TN_USBIP_VERSION) {
        refuse(s, p, "it is no USB/IP of version 1.1.1 (0x%04x)", version);
    } else if (code == TN_USBIP_DEVLIST || (code == TN_USBIP_IMPORT && want > TN_USBIP_OP_LEN)) {
        begin_request(s, p);
    } else if (code != TN_USBIP_IMPORT) {
        refuse(s, p, "unknown request 0x%04x", code);
    }
    return true;
}

// A client that waits sends nothing. Notes its end.
static bool watch(struct tn_usbip *s, struct tn_usbip_peer *p) {
    uint8_t byte;

    if (!receive(s, p, &byte, 1)) {
        return false;
    }
    refuse(s, p, "it does not wait for the answer");
    return true;
}

// ---- URBs ----------------------------------------------------------------------------------

static bool is_sound(struct tn_usbip *s, struct tn_usbip_peer *p, const struct tn_usbip_cmd *c) {
    if (c->command != TN_USBIP_SUBMIT && c->command != TN_USBIP_UNLINK) {
        refuse(s, p, "unknown command 0x%08x", (unsigned)c->command);
        return false;
    }
    if (c->command == TN_USBIP_SUBMIT && c->len > INT32_MAX) {
        refuse(s, p, "a URB of %u bytes", (unsigned)c->len);
        return false;
    }
    if (c->command == TN_USBIP_SUBMIT && c->packets && c->packets != UINT32_MAX) {
        refuse(s, p, "isochronous transfers are not served");
        return false;
    }
    return true;
}

static void unlink_urb(struct tn_usbip *s, struct tn_usbip_peer *p, const struct tn_usbip_cmd *c) {
    bool was_pending = tn_usb_host_cancel(&s->host, c->unlink);

    p->out_len = tn_usbip_put_unlinked(p->out, c->seqnum, was_pending ? -ECONNRESET : 0);
}

// What the server itself refuses. Returns the URB, or NULL and its status.
static struct tn_usb_urb *make_urb(struct tn_usbip *s, const struct tn_usbip_cmd *c, int *status) {
    struct tn_usb_urb *u = NULL;

    if (c->ep >= TN_USB_ENDPOINTS) {
        *status = -ENOENT;
    } else if (c->len > TN_USB_URB_MAX) {
        *status = -EMSGSIZE;
    } else {
        u = tn_usb_host_new(&s->host);
        *status = u ? 0 : -ENOMEM;
    }
    return u;
}

static void submit(struct tn_usbip *s, struct tn_usbip_peer *p, const struct tn_usbip_cmd *c) {
    int status;
    struct tn_usb_urb *u = make_urb(s, c, &status);

    p->pending = c->is_in ? 0 : c->len;
    if (!u) {
        // The answer goes out at once. Its data may follow, and are skipped.
        p->out_len = tn_usbip_put_submitted(p->out, c->seqnum, status, 0);
        return;
    }
    u->id = c->seqnum;
    u->ep = (uint8_t)c->ep;
    u->is_in = c->is_in;
    u->refuses_short = (c->flags & TN_USBIP_SHORT_NOT_OK) != 0;
    u->ends_with_zero = (c->flags & TN_USBIP_ZERO_PACKET) != 0 && c->len;
    u->len = c->len;
    memcpy(u->setup, c->setup, sizeof(u->setup));
    if (p->pending) {
        p->filling = u;
    } else {
        tn_usb_host_submit(&s->host, u);
    }
}

// Reads data of an OUT transfer into their URB, or skips them.
static bool read_data(struct tn_usbip *s, struct tn_usbip_peer *p) {
    uint8_t skipped[4096];
    struct tn_usb_urb *u = p->filling;
    size_t n = u ? receive(s, p, u->data + u->len - p->pending, p->pending)
                 : receive(s, p, skipped, tn_min(p->pending, sizeof(skipped)));

    if (!n) {
        return false;
    }
    p->pending -= (uint32_t)n;
    if (!p->pending && u) {
        p->filling = NULL;
        tn_usb_host_submit(&s->host, u);
    }
    return true;
}

static bool read_command(struct tn_usbip *s, struct tn_usbip_peer *p) {
    struct tn_usbip_cmd c;

    if (p->pending) {
        return read_data(s, p);
    }
    size_t n = receive(s, p, p->in + p->in_len, TN_USBIP_HEADER_LEN - p->in_len);
    p->in_len += n;
    if (!n || p->in_len < TN_USBIP_HEADER_LEN) {
        return n > 0;
    }
    p->in_len = 0;
    tn_usbip_get_cmd(p->in, &c);
    if (is_sound(s, p, &c)) {
        if (c.command == TN_USBIP_UNLINK) {
            unlink_urb(s, p, &c);
        } else {
            submit(s, p, &c);
        }
    }
    return true;
}

// The answer to a URB that is complete. False: there is none.
static bool answer_urb(struct tn_usbip *s, struct tn_usbip_peer *p) {
    struct tn_usb_urb *u = tn_usb_host_complete(&s->host);

    if (!u) {
        return false;
    }
    p->out_len = tn_usbip_put_submitted(p->out, u->id, u->status, u->done);
    if (u->is_in) {
        memcpy(p->out + p->out_len, u->data, u->done);
        p->out_len += u->done;
    }
    tn_usb_host_release(&s->host, u);
    return true;
}

// ---- Serving -------------------------------------------------------------------------------

// One thing that a connection can do now. An answer that waits comes first: an UNLINK must not be
// answered before the URB that it came too late for.
static bool serve(struct tn_usbip *s, struct tn_usbip_peer *p) {
    if (p->out_len) {
        return flush(s, p);
    }
    switch ((enum phase)p->phase) {
    case ASKS:
        return read_request(s, p);
    case LISTS:
    case IMPORTS:
        return watch(s, p);
    case ATTACHED:
        return answer_urb(s, p) || read_command(s, p);
    case LEAVES:
        break;
    }
    return false;
}

static bool serve_all(struct tn_usbip *s) {
    bool moved = false;

    for (unsigned i = 0; i < TN_USBIP_PEERS; i++) {
        for (unsigned n = 0; n < COMMANDS && s->peers[i].fd >= 0 && serve(s, &s->peers[i]); n++) {
            moved = true;
        }
    }
    return moved;
}

// Answers those who wait for the device, once it is known whether there is one. Comes after all
// connections were read: a client that left before the next one came does not count as busy.
static bool answer_waiting(struct tn_usbip *s) {
    bool moved = false;

    for (unsigned i = 0; i < TN_USBIP_PEERS && s->host.state != TN_USB_ENUMERATING; i++) {
        struct tn_usbip_peer *p = &s->peers[i];
        if (p->fd < 0 || (p->phase != LISTS && p->phase != IMPORTS)) {
            continue;
        }
        if (p->phase == LISTS) {
            answer_list(s, p);
        } else {
            answer_import(s, p, tn_usbip_is_attached(s) ? TN_USBIP_BUSY : status_of(s));
        }
        moved = true;
    }
    return moved;
}

// Follows the device. One that is away, or was away since the last step, has lost its client.
static void follow(struct tn_usbip *s, enum tn_usb_state before) {
    enum tn_usb_state now = s->host.state;

    if (now == before) {
        return;
    }
    if (now == TN_USB_FAILED && s->program) {
        fprintf(stderr, "%s: USB/IP: the device does not enumerate: %s\n", s->program,
                s->host.fault);
    }
    for (unsigned i = 0; now == TN_USB_AWAY && i < TN_USBIP_PEERS; i++) {
        if (s->peers[i].fd >= 0 && s->peers[i].phase == ATTACHED) {
            hang_up(s, &s->peers[i]);
        }
    }
}

static uint32_t now_ms(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint32_t)((uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000);
}

void tn_usbip_begin(
        struct tn_usbip *s, const char *program, const struct tn_usb_cable *cable, int listener) {
    tn_usb_host_begin(&s->host, cable);
    s->program = program;
    s->listener = listener;
    s->connections = 0;
    for (unsigned i = 0; i < TN_USBIP_PEERS; i++) {
        s->peers[i].fd = -1;
    }
}

bool tn_usbip_step(struct tn_usbip *s) {
    enum tn_usb_state before = s->host.state;
    bool moved = accept_next(s);

    moved |= tn_usb_host_step(&s->host, now_ms());
    follow(s, before);
    moved |= serve_all(s);
    moved |= answer_waiting(s);
    return moved;
}

unsigned tn_usbip_fds(const struct tn_usbip *s, struct pollfd ret_fds[TN_USBIP_FDS]) {
    unsigned n = 0;

    if (s->listener >= 0) {
        ret_fds[n++] = (struct pollfd){.fd = s->listener, .events = POLLIN};
    }
    for (unsigned i = 0; i < TN_USBIP_PEERS; i++) {
        if (s->peers[i].fd >= 0) {
            ret_fds[n++] = (struct pollfd){
                    .fd = s->peers[i].fd, .events = s->peers[i].out_len ? POLLOUT : POLLIN};
        }
    }
    return n;
}

void tn_usbip_end(struct tn_usbip *s) {
    for (unsigned i = 0; i < TN_USBIP_PEERS; i++) {
        if (s->peers[i].fd >= 0) {
            hang_up(s, &s->peers[i]);
        }
    }
}

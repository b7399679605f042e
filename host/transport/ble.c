// SPDX-License-Identifier: Apache-2.0
// SMP packets over BLE (doc/reference/smp.md section 7): cut into pieces for the device, collected
// from its notifications. How the connection comes about is ble_link.c's.
#define _GNU_SOURCE
#include "host/transport/ble.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "host/base/clock.h"
#include "host/transport/ble_priv.h"
#include "host/transport/share.h"
#include "link/pieces.h"

enum {
    OUT_MAX = 16384,
    IN_MAX = 65535 + 8,
    PIECE_MAX = 500,  // BlueZ 5.66 loses writes of 512 bytes without a word
    PIECE_MIN = 20,   // what every connection carries
    // Until the server has reported its own: nearly all servers take more than a piece, and one
    // that does not could take no upload with a small MTU.
    SAFE_PACKET = 244,
    CALLS_MAX = 8,
    QUEUE_MAX = 65536,  // notifications that nobody has read yet
    NOTE_MAX = 600,     // bytes of a notification: 512 at most
};

struct ble {
    struct tn_transport head;
    char *text;
    struct ble_link link;
    int epoll;  // what to wait for: D-Bus and both sockets
    int lock;
    uint16_t piece;
    bool was_ready;
    // A packet on its way to the device.
    uint8_t out[OUT_MAX];
    size_t out_pos, out_len;
    unsigned calling;  // calls of WriteValue that are not answered yet
    bool is_blocked;
    // Notifications: a length of two bytes before each.
    uint8_t queue[QUEUE_MAX];
    size_t queue_pos, queue_len;
    struct tn_pieces in;
    size_t note_pos;  // bytes of the first notification that were read already
    uint8_t packet[IN_MAX];
};

static struct ble *self(const struct tn_transport *t) {
    return (struct ble *)(uintptr_t)t;
}

// ---- From the device -------------------------------------------------------------------

static void queue(struct ble *b, const void *bytes, size_t len) {
    if (b->queue_pos == b->queue_len) {
        b->queue_pos = b->queue_len = 0;
    } else if (b->queue_len + 2 + len > QUEUE_MAX) {
        memmove(b->queue, b->queue + b->queue_pos, b->queue_len - b->queue_pos);
        b->queue_len -= b->queue_pos;
        b->queue_pos = 0;
    }
    if (len > NOTE_MAX || b->queue_len + 2 + len > QUEUE_MAX) {
        tn_ble_link_fail(&b->link, TN_FAULT_LINK,
                "the device sends more than anybody asked for; reset it, and try again");
        return;
    }
    tn_put_le16(b->queue + b->queue_len, (uint16_t)len);
    memcpy(b->queue + b->queue_len + 2, bytes, len);
    b->queue_len += 2 + len;
}

// A notification as a signal of D-Bus.
static void notified(void *ctx, const char *path, const void *bytes, size_t len) {
    struct ble *b = ctx;

    if (b->link.state == BLE_READY && b->link.notify_fd < 0 &&
            strcmp(path, b->link.characteristic) == 0) {
        queue(b, bytes, len);
    }
}

// Notifications of the socket.
static void read_socket(struct ble *b) {
    uint8_t note[NOTE_MAX];
    ssize_t n = 1;

    while (QUEUE_MAX - (b->queue_len - b->queue_pos) > 2 + NOTE_MAX &&
            (n = recv(b->link.notify_fd, note, sizeof(note), MSG_DONTWAIT)) > 0) {
        queue(b, note, (size_t)n);
    }
    if (n == 0) {
        tn_ble_link_fail(&b->link, TN_FAULT_LINK,
                "the connection is lost: out of reach, or in a reset; try again");
    }
}

static const uint8_t *ble_receive(struct tn_transport *t, size_t *ret_len) {
    struct ble *b = self(t);

    while (b->queue_pos < b->queue_len) {
        const uint8_t *note = b->queue + b->queue_pos;
        size_t len = tn_get_le16(note);
        b->note_pos += tn_pieces_feed(&b->in, note + 2 + b->note_pos, len - b->note_pos);
        if (b->note_pos == len) {
            b->queue_pos += 2 + len;
            b->note_pos = 0;
        }
        const uint8_t *pkt = tn_pieces_packet(&b->in, ret_len);
        if (pkt) {
            return pkt;
        }
    }
    return NULL;
}

// ---- To the device ---------------------------------------------------------------------

// The stack refuses a piece of this length.
static bool shorten(struct ble *b) {
    if (b->piece <= PIECE_MIN) {
        return false;
    }
    b->piece = (uint16_t)tn_max(b->piece / 2, PIECE_MIN);
    return true;
}

static int refuse_write(struct ble *b, const char *why) {
    return tn_ble_link_fail(
            &b->link, TN_FAULT_LINK, "cannot send to the device: %s; try again", why);
}

static void write_socket(struct ble *b) {
    while (b->out_pos < b->out_len) {
        size_t n = tn_min((uint32_t)(b->out_len - b->out_pos), b->piece);
        ssize_t sent = send(b->link.write_fd, b->out + b->out_pos, n, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent > 0) {
            b->out_pos += (size_t)sent;
        } else if (errno == EAGAIN || errno == ENOBUFS) {
            b->is_blocked = true;
            return;
        } else if (errno == EMSGSIZE && shorten(b)) {
            continue;
        } else if (errno == EPIPE || errno == ECONNRESET || errno == ENOTCONN) {
            b->is_blocked = true;  // D-Bus says in a moment that the connection is lost
            return;
        } else {
            refuse_write(b, strerror(errno));
            return;
        }
    }
    b->is_blocked = false;
}

static int on_written(sd_bus_message *m, void *userdata, sd_bus_error *e) {
    struct ble *b = userdata;
    const sd_bus_error *error = sd_bus_message_get_error(m);

    (void)e;
    b->calling--;
    // Of a packet whose piece was too long, the client sends a copy when no answer comes.
    if (error && (!strstr(error->name, ".InvalidValueLength") || !shorten(b))) {
        refuse_write(b, error->message ? error->message : error->name);
    }
    return 0;
}

static void call_write_value(struct ble *b) {
    size_t n = tn_min((uint32_t)(b->out_len - b->out_pos), b->piece);
    sd_bus_message *m = NULL;

    int rc = sd_bus_message_new_method_call(
            b->link.z.bus, &m, BLUEZ, b->link.characteristic, BLUEZ_CHARACTERISTIC, "WriteValue");
    rc = rc < 0 ? rc : sd_bus_message_append_array(m, 'y', b->out + b->out_pos, n);
    rc = rc < 0 ? rc : sd_bus_message_append(m, "a{sv}", 1, "type", "s", "command");
    rc = rc < 0 ? rc : sd_bus_call_async(b->link.z.bus, NULL, m, on_written, b, 0);
    sd_bus_message_unref(m);
    if (rc < 0) {
        refuse_write(b, strerror(-rc));
        return;
    }
    b->out_pos += n;
    b->calling++;
}

// bluetoothd handles calls in their order. A few at a time hide the way to it and back.
static void write_value(struct ble *b) {
    while (b->out_pos < b->out_len && b->calling < CALLS_MAX && !b->link.has_failed) {
        call_write_value(b);
    }
}

static void write_out(struct ble *b) {
    if (b->link.write_fd >= 0) {
        write_socket(b);
    } else {
        write_value(b);
    }
}

static bool ble_is_idle(const struct tn_transport *t) {
    return self(t)->link.state == BLE_READY && self(t)->out_pos == self(t)->out_len;
}

static int ble_send(
        struct tn_transport *t, const void *pkt, size_t len, bool retry, struct tn_fault *f) {
    struct ble *b = self(t);

    if (len > OUT_MAX || !ble_is_idle(t)) {
        return tn_fail(f, TN_FAULT_INTERNAL, "%s: a packet that cannot be sent", b->text);
    }
    if (retry && !tn_pieces_is_between(&b->in)) {
        tn_pieces_forget(&b->in);  // a lost notification: the rest of it does not come
    }
    memcpy(b->out, pkt, len);
    b->out_pos = 0;
    b->out_len = len;
    return 0;
}

// ---- Waiting ---------------------------------------------------------------------------

static void watch(struct ble *b, int fd, uint32_t events) {
    struct epoll_event e = {.events = events, .data.fd = fd};

    if (fd >= 0 && epoll_ctl(b->epoll, EPOLL_CTL_MOD, fd, &e) && errno == ENOENT) {
        epoll_ctl(b->epoll, EPOLL_CTL_ADD, fd, &e);
    }
}

static void watch_all(struct ble *b) {
    int events = sd_bus_get_events(b->link.z.bus);

    watch(b, sd_bus_get_fd(b->link.z.bus), events < 0 ? EPOLLIN : (uint32_t)events);
    watch(b, b->link.notify_fd, EPOLLIN);
    watch(b, b->link.write_fd, b->is_blocked ? EPOLLOUT : 0);
}

// An epoll descriptor is never writable: with TN_WAIT_WRITE, tn_wait wakes at each tick.
static int ble_wait_for(const struct tn_transport *t, unsigned *ret_events) {
    *ret_events = ble_is_idle(t) ? TN_WAIT_READ : TN_WAIT_READ | TN_WAIT_WRITE;
    return self(t)->epoll;
}

// ---- The transport ---------------------------------------------------------------------

static void start_over(struct ble *b) {
    b->calling = 0;
    b->out_pos = b->out_len = b->queue_pos = b->queue_len = b->note_pos = 0;
    b->is_blocked = b->was_ready = false;
    b->in = (struct tn_pieces){.buf = b->packet, .size = sizeof(b->packet)};
    b->head.may_be_another = false;
}

static void ble_close(struct tn_transport *t) {
    struct ble *b = self(t);

    tn_ble_link_close(&b->link);
    start_over(b);
}

static int ble_open(struct tn_transport *t, struct tn_fault *f) {
    struct ble *b = self(t);

    start_over(b);
    return tn_ble_link_open(&b->link, f);
}

// The connection is there: how it can be used.
static void begin(struct ble *b) {
    const struct bluez_object *d = tn_ble_link_device(&b->link);

    b->was_ready = true;
    b->piece = (uint16_t)tn_min(b->link.mtu - TN_PIECES_ATT, PIECE_MAX);
    b->head.safe_packet = tn_max(b->piece, SAFE_PACKET);
    b->head.may_be_another = d && strcmp(d->seen.address, b->link.known) != 0;
}

static int ble_work(struct tn_transport *t, struct tn_fault *f) {
    struct ble *b = self(t);
    int err = tn_ble_link_work(&b->link, f);

    if (err) {
        start_over(b);
        return err;
    }
    if (b->link.state == BLE_READY) {
        if (!b->was_ready) {
            begin(b);
        }
        if (b->link.notify_fd >= 0) {
            read_socket(b);
        }
        write_out(b);
    }
    if (b->link.has_failed) {
        return ble_work(t, f);
    }
    watch_all(b);
    return 0;
}

static void ble_pass_over(struct tn_transport *t) {
    struct ble_link *l = &self(t)->link;
    const struct bluez_object *d = tn_ble_link_device(l);

    if (d && strcmp(d->seen.address, l->known) != 0) {
        snprintf(l->passed[l->npassed % BLE_PASSED_MAX], sizeof(l->passed[0]), "%s",
                d->seen.address);
        l->npassed = tn_min((uint32_t)l->npassed + 1, BLE_PASSED_MAX);
    }
    ble_close(t);
}

static int ble_claim(struct tn_transport *t, struct tn_fault *f) {
    struct ble *b = self(t);
    char name[100];

    if (b->lock >= 0) {
        return 0;
    }
    snprintf(name, sizeof(name), "ble-%s", b->link.wanted);
    for (char *c = name; *c; c++) {
        *c = *c == '/' ? '_' : *c;
    }
    b->lock = tn_share_lock(name);
    return b->lock != TN_SHARE_TAKEN
            ? 0
            : tn_fail(f, TN_FAULT_BUSY,
                      "%s: busy: another program of yours is updating this device; wait for it, "
                      "and try again",
                      b->text);
}

static void ble_free(struct tn_transport *t) {
    struct ble *b = self(t);

    tn_ble_link_close(&b->link);
    if (b->lock >= 0) {
        tn_share_unlock(b->lock);
    }
    if (b->epoll >= 0) {
        close(b->epoll);
    }
    free(b->text);
    free(b);
}

static const struct tn_transport_ops ops = {.open = ble_open,
        .close = ble_close,
        .wait_for = ble_wait_for,
        .is_idle = ble_is_idle,
        .send = ble_send,
        .work = ble_work,
        .receive = ble_receive,
        .claim = ble_claim,
        .pass_over = ble_pass_over,
        .free = ble_free};

bool tn_ble_is_there(void) {
    return true;
}

int tn_ble_new(const char *text, const char *name, struct tn_transport **ret, struct tn_fault *f) {
    struct ble *b = calloc(1, sizeof(*b));

    if (!b) {
        return tn_fail_memory(f);
    }
    b->lock = -1;
    b->link.notify_fd = b->link.write_fd = -1;
    b->epoll = epoll_create1(EPOLL_CLOEXEC);
    b->text = strdup(text);
    if (b->epoll < 0 || !b->text) {
        ble_free(&b->head);
        return tn_fail_memory(f);
    }
    snprintf(b->link.wanted, sizeof(b->link.wanted), "%s", name);
    b->link.text = b->text;
    b->link.notified = notified;
    b->link.ctx = b;
    start_over(b);
    b->head = (struct tn_transport){
            .ops = &ops, .name = b->text, .max_packet = OUT_MAX, .safe_packet = SAFE_PACKET};
    *ret = &b->head;
    return 0;
}

// ---- Scanning --------------------------------------------------------------------------

static int by_strength(const void *a, const void *b) {
    const struct tn_ble_seen *x = a, *y = b;

    return (y->rssi ? y->rssi : 1) - (x->rssi ? x->rssi : 1);
}

static int collect(struct ble_link *l, struct tn_ble_seen **ret, size_t *ret_n) {
    struct tn_ble_seen *list = calloc(l->z.n + 1, sizeof(*list));
    size_t n = 0;

    for (size_t i = 0; list && i < l->z.n; i++) {
        const struct bluez_object *o = &l->z.objects[i];
        if (o->kind == BLUEZ_IS_DEVICE && tn_bluez_is_below(l->adapter, o->path) &&
                (o->is_near || o->seen.is_connected)) {
            list[n++] = o->seen;
        }
    }
    if (!list) {
        return -1;
    }
    qsort(list, n, sizeof(*list), by_strength);
    *ret = list;
    *ret_n = n;
    return 0;
}

int tn_ble_scan(uint32_t ms, const volatile sig_atomic_t *stop, struct tn_ble_seen **ret,
        size_t *ret_n, struct tn_fault *f) {
    // No device has this name: the link only listens.
    struct ble_link l = {.text = "Bluetooth", .wanted = "\x01", .notify_fd = -1, .write_fd = -1};
    uint32_t start = tn_now_ms();
    int err = tn_ble_link_open(&l, f);

    ms = tn_min(ms, BLE_SEEK_MS - 100);
    while (!err && tn_now_ms() - start < ms && !(stop && *stop)) {
        err = tn_ble_link_work(&l, f);
        if (!err) {
            tn_wait(sd_bus_get_fd(l.z.bus), TN_WAIT_READ, 100);
        }
    }
    if (!err && stop && *stop) {
        err = tn_fail(f, TN_FAULT_INTERRUPTED, "interrupted");
    }
    if (!err && collect(&l, ret, ret_n)) {
        err = tn_fail_memory(f);
    }
    tn_ble_link_close(&l);
    return err;
}

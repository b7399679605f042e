// SPDX-License-Identifier: Apache-2.0
// Packets on a serial line (tty.h): in console lines, or bare ones.
#include <stdlib.h>
#include <string.h>

#include "host/base/clock.h"
#include "host/transport/heard.h"
#include "host/transport/transport.h"
#include "host/transport/tty.h"
#include "link/console.h"
#include "link/raw.h"

enum {
    PACKET_MAX = 65000,      // the frame's length field has 16 bits
    SAFE_PACKET = 380,       // fits Zephyr's usual buffer of 384
    PIECE = 90,              // bytes of a packet in one line, which may also hold the frame's 4
    LINES_KIB_BITS = 14044,  // bits on the line for 1 KiB of packets in console lines: base64,
                             // markers, newlines, start and stop bits
    BARE_KIB_BITS = 10240,
    BARE_QUIET_MS =
            150,  // more than any gap in a packet, and enough for a device to drop half of one
    LINES_MAX = PACKET_MAX / 93 * 128 + 256,
};

struct serial {
    struct tn_transport head;
    struct tn_tty tty;
    bool is_raw;
    struct tn_console console;
    struct tn_raw raw;  // instead of console, if packets are bare
    uint8_t frame[PACKET_MAX + TN_CONSOLE_OVERHEAD];
    uint8_t in[4096];  // read, but not yet decoded
    size_t in_pos, in_len;
    struct tn_heard heard;
    uint8_t out[LINES_MAX];  // lines that are not written yet
    size_t out_pos, out_len;
};

static struct serial *self(const struct tn_transport *t) {
    return (struct serial *)(uintptr_t)t;
}

static void serial_close(struct tn_transport *t) {
    tn_tty_close(&self(t)->tty);
}

static int serial_open(struct tn_transport *t, struct tn_fault *f) {
    struct serial *s = self(t);

    serial_close(t);
    // A program that shares the port passes console lines on, and no bare packets.
    if (tn_tty_open(&s->tty, !s->is_raw, f)) {
        return -1;
    }
    s->in_pos = s->in_len = s->out_pos = s->out_len = 0;
    s->heard = (struct tn_heard){.len = 0};
    s->console = (struct tn_console){.buf = s->frame, .size = sizeof(s->frame)};
    s->raw = (struct tn_raw){.buf = s->frame, .size = sizeof(s->frame), .client = true};
    return 0;
}

// ---- Bytes -----------------------------------------------------------------------------

static int gone(const struct serial *s, struct tn_fault *f) {
    return tn_fail(f, TN_FAULT_LINK, "%s: the device is gone: unplugged, or in a reset; try again",
            s->tty.path);
}

static int serial_wait_for(const struct tn_transport *t, unsigned *ret_events) {
    const struct serial *s = self(t);
    bool writes = s->out_pos < s->out_len;
    *ret_events = writes ? TN_WAIT_READ | TN_WAIT_WRITE : TN_WAIT_READ;
    return tn_tty_wakes(&s->tty, writes);
}

static bool serial_is_idle(const struct tn_transport *t) {
    return self(t)->out_pos == self(t)->out_len;
}

// Encodes all lines of the packet at once: the longest packet fits in out, and the kernel paces the
// writes.
static void send_lines(struct serial *s, const void *pkt, size_t len, bool retry) {
    size_t n;

    if (retry) {
        s->out[s->out_len++] = '\n';  // otherwise an unfinished line would swallow the next one
    }
    tn_console_send(&s->console, pkt, len);
    while ((n = tn_console_take(&s->console, s->out + s->out_len)) > 0) {
        s->out_len += n;
    }
}

// A retry follows a silence, after which the server has dropped a partial packet. This drops ours.
static void send_bare(struct serial *s, const void *pkt, size_t len, bool retry) {
    if (retry) {
        tn_raw_idle(&s->raw);
    }
    memcpy(s->out, pkt, len);
    s->out_len = len;
}

static int serial_send(
        struct tn_transport *t, const void *pkt, size_t len, bool retry, struct tn_fault *f) {
    struct serial *s = self(t);

    if (len > PACKET_MAX || !serial_is_idle(t)) {
        return tn_fail(f, TN_FAULT_INTERNAL, "%s: a packet that cannot be sent", s->tty.path);
    }
    s->out_pos = s->out_len = 0;
    if (s->is_raw) {
        send_bare(s, pkt, len, retry);
    } else {
        send_lines(s, pkt, len, retry);
    }
    if (s->heard.sent_len == 0) {
        tn_heard_sent(&s->heard, s->out, s->out_len);
    }
    return 0;
}

static int write_some(struct serial *s, struct tn_fault *f) {
    while (s->out_pos < s->out_len) {
        int n = tn_tty_write(&s->tty, s->out + s->out_pos, s->out_len - s->out_pos);
        if (n <= 0) {
            return n ? gone(s, f) : 0;
        }
        s->out_pos += (size_t)n;
    }
    return 0;
}

static int serial_work(struct tn_transport *t, struct tn_fault *f) {
    struct serial *s = self(t);

    if (write_some(s, f)) {
        return -1;
    }
    if (s->in_pos < s->in_len) {
        return 0;  // receive must first decode these bytes
    }
    int n = tn_tty_read(&s->tty, s->in, sizeof(s->in));
    if (n > 0) {
        s->in_pos = 0;
        s->in_len = (size_t)n;
        tn_heard_came(&s->heard, s->in, s->in_len);
        return 0;
    }
    return n ? gone(s, f) : 0;
}

// Decodes bytes until a packet is complete. Returns how many bytes it used.
static size_t feed(struct serial *s, const uint8_t *bytes, size_t n, const uint8_t **ret_pkt,
        size_t *ret_len) {
    if (s->is_raw) {
        n = tn_raw_feed(&s->raw, bytes, n);
        *ret_pkt = tn_raw_packet(&s->raw, ret_len);
    } else {
        n = tn_console_feed(&s->console, bytes, n);
        *ret_pkt = tn_console_packet(&s->console, ret_len);
    }
    return n;
}

// Bytes behind the packet stay in in.
static const uint8_t *serial_receive(struct tn_transport *t, size_t *ret_len) {
    struct serial *s = self(t);

    const uint8_t *pkt = NULL;

    while (!pkt && s->in_pos < s->in_len) {
        s->in_pos += feed(s, s->in + s->in_pos, s->in_len - s->in_pos, &pkt, ret_len);
    }
    return pkt;
}

// ----------------------------------------------------------------------------------------

static void serial_free(struct tn_transport *t) {
    serial_close(t);
    free(self(t)->tty.path);
    free(self(t));
}

static const struct tn_transport_ops ops = {.open = serial_open,
        .close = serial_close,
        .wait_for = serial_wait_for,
        .is_idle = serial_is_idle,
        .send = serial_send,
        .work = serial_work,
        .receive = serial_receive,
        .free = serial_free};

static uint16_t kib_ms(uint32_t bits, uint32_t baud) {
    uint32_t ms = baud ? bits * 1000 / baud : 0;

    return (uint16_t)(ms < UINT16_MAX ? ms : UINT16_MAX);
}

struct tn_transport *tn_serial_new(const char *path, uint32_t baud, bool raw) {
    struct serial *s = calloc(1, sizeof(*s));

    if (s) {
        s->tty.path = strdup(path);
    }
    if (!s || !s->tty.path) {
        free(s);
        return NULL;
    }
    s->tty.baud = baud;
    s->tty.fd = -1;
    s->is_raw = raw;
    s->head = (struct tn_transport){.ops = &ops,
            .name = s->tty.path,
            .max_packet = PACKET_MAX,
            .overhead = raw ? 0 : TN_CONSOLE_OVERHEAD,
            .safe_packet = SAFE_PACKET,
            .piece = raw ? 0 : PIECE,
            .kib_ms = kib_ms(raw ? BARE_KIB_BITS : LINES_KIB_BITS, baud),
            .quiet_ms = raw ? BARE_QUIET_MS : 0,
            .is_unchecked = raw,
            .heard = &s->heard};
    return &s->head;
}

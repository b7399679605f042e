// SPDX-License-Identifier: Apache-2.0
// Serial lines, by libserialport if it supports the port.
//
// libserialport 0.1.1 refuses a port without its own entry in /sys/class/tty. Pseudo terminals have
// none (measured: sp_get_port_by_name("/dev/pts/0") fails with ENOENT), and emulators and simulated
// devices use them. This file opens them with termios; a speed has no meaning there. libserialport
// also refuses symbolic links, so links (/dev/serial/by-id) are resolved first.
//
// Only one tool may use a port. TIOCEXCL makes the kernel refuse other opens, except root's. But on
// a pseudo terminal whose other end stays open it remains after this process is killed. So this
// file sets TIOCEXCL only on real ports, and takes a flock on all ports. Other tenon processes
// check the flock (and so does pyserial with exclusive=True).
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <libserialport.h>

#include "host/transport/transport.h"
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
    char *path;
    uint32_t baud;
    struct sp_port *port;  // NULL: opened with termios
    int fd;                // -1: closed
    bool is_raw;
    struct tn_console console;
    struct tn_raw raw;  // instead of console, if packets are bare
    uint8_t frame[PACKET_MAX + TN_CONSOLE_OVERHEAD];
    uint8_t in[4096];  // read, but not yet decoded
    size_t in_pos, in_len;
    uint8_t out[LINES_MAX];  // lines that are not written yet
    size_t out_pos, out_len;
};

static struct serial *self(const struct tn_transport *t) {
    return (struct serial *)(uintptr_t)t;
}

// ---- Opening ---------------------------------------------------------------------------

// Names what the path is, if it is not a port.
static const char *kind_of(const char *path) {
    struct stat st;

    if (stat(path, &st) != 0) {
        return "something else";
    }
    return S_ISDIR(st.st_mode) ? "a folder" : S_ISREG(st.st_mode) ? "a file" : "another device";
}

// Each reason has its own next step. Beginners most often lack the permission.
static int open_error(const struct serial *s, int error, struct tn_fault *f) {
    switch (error) {
    case EBUSY:
    case EWOULDBLOCK:
        return tn_fail(f, TN_FAULT_BUSY,
                "%s: busy: another program is using this port; close it and try again", s->path);
    case EACCES:
    case EPERM:
        return tn_fail(f, TN_FAULT_NO_DEVICE,
                "%s: no permission to open this port; join its group (on Debian: sudo adduser "
                "$USER dialout, then log in again)",
                s->path);
    case ENOENT:
    case ENXIO:
    case ENODEV:
        return tn_fail(f, TN_FAULT_NO_DEVICE,
                "%s: no such port; is the device plugged in and the path right?", s->path);
    case ENOTTY:
    case EINVAL:
    case EISDIR:
        return tn_fail(f, TN_FAULT_USAGE,
                "%s: not a serial port but %s; give the device's port, such as /dev/ttyACM0",
                s->path, kind_of(s->path));
    default:
        return tn_fail(f, TN_FAULT_NO_DEVICE,
                "%s: cannot be used as a serial port: %s; plug the device in again, or give "
                "another port",
                s->path, strerror(error));
    }
}

// Opens by libserialport. Returns 0 or an errno; ENOTSUP if libserialport does not support the
// port.
static int open_by_library(struct serial *s, const char *real) {
    if (sp_get_port_by_name(real, &s->port) != SP_OK) {
        s->port = NULL;
        return ENOTSUP;
    }
    errno = 0;
    bool ok = sp_open(s->port, SP_MODE_READ_WRITE) == SP_OK;
    int error = errno ? errno : EIO;
    ok = ok && sp_set_baudrate(s->port, (int)s->baud) == SP_OK &&
            sp_set_bits(s->port, 8) == SP_OK && sp_set_parity(s->port, SP_PARITY_NONE) == SP_OK &&
            sp_set_stopbits(s->port, 1) == SP_OK &&
            sp_set_flowcontrol(s->port, SP_FLOWCONTROL_NONE) == SP_OK &&
            sp_get_port_handle(s->port, &s->fd) == SP_OK;
    if (!ok) {
        sp_free_port(s->port);
        s->port = NULL;
        s->fd = -1;
        return error;
    }
    return 0;
}

// Raw bytes: no echo, no signals, no newline conversion.
static int set_raw(int fd) {
    struct termios t;

    if (tcgetattr(fd, &t)) {
        return errno;
    }
    cfmakeraw(&t);
    t.c_cflag |= CLOCAL | CREAD;
    t.c_cflag &= ~(tcflag_t)HUPCL;  // closing must not reset boards that listen to DTR
    return tcsetattr(fd, TCSANOW, &t) ? errno : 0;
}

static int open_by_termios(struct serial *s, const char *real) {
    s->fd = open(real, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    return s->fd < 0 ? errno : 0;
}

static void serial_close(struct tn_transport *t) {
    struct serial *s = self(t);

    if (s->port) {
        ioctl(s->fd, TIOCNXCL);
        sp_close(s->port);
        sp_free_port(s->port);
        s->port = NULL;
    } else if (s->fd >= 0) {
        close(s->fd);
    }
    s->fd = -1;
}

// Opens, locks and configures the port. Returns 0 or an errno.
static int open_all(struct serial *s) {
    char real[PATH_MAX];

    if (!realpath(s->path, real)) {
        return errno;
    }
    int error = open_by_library(s, real);
    if (error == ENOTSUP) {
        error = open_by_termios(s, real);
    }
    if (!error && flock(s->fd, LOCK_EX | LOCK_NB)) {
        error = errno;
    }
    if (!error && s->port && ioctl(s->fd, TIOCEXCL)) {
        error = errno;
    }
    return error ? error : set_raw(s->fd);
}

static int serial_open(struct tn_transport *t, struct tn_fault *f) {
    struct serial *s = self(t);

    serial_close(t);
    int error = open_all(s);
    if (error) {
        serial_close(t);
        return open_error(s, error, f);
    }
    tcflush(s->fd, TCIOFLUSH);  // bytes that came earlier do not answer our requests
    s->in_pos = s->in_len = s->out_pos = s->out_len = 0;
    s->console = (struct tn_console){.buf = s->frame, .size = sizeof(s->frame)};
    s->raw = (struct tn_raw){.buf = s->frame, .size = sizeof(s->frame), .client = true};
    return 0;
}

// ---- Bytes -----------------------------------------------------------------------------

// Reads and writes fail like this if USB is unplugged, or the other end of a pty is closed.
static int gone(const struct serial *s, struct tn_fault *f) {
    return tn_fail(f, TN_FAULT_LINK, "%s: the device is gone: unplugged, or in a reset; try again",
            s->path);
}

static int serial_wait_for(const struct tn_transport *t, short *ret_events) {
    const struct serial *s = self(t);
    *ret_events = s->out_pos < s->out_len ? POLLIN | POLLOUT : POLLIN;
    return s->fd;
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
        return tn_fail(f, TN_FAULT_INTERNAL, "%s: a packet that cannot be sent", s->path);
    }
    s->out_pos = s->out_len = 0;
    if (s->is_raw) {
        send_bare(s, pkt, len, retry);
    } else {
        send_lines(s, pkt, len, retry);
    }
    return 0;
}

static int write_some(struct serial *s, struct tn_fault *f) {
    while (s->out_pos < s->out_len) {
        ssize_t n = write(s->fd, s->out + s->out_pos, s->out_len - s->out_pos);
        if (n < 0 && errno == EAGAIN) {
            return 0;
        }
        if (n < 0 && errno != EINTR) {
            return gone(s, f);
        }
        s->out_pos += n > 0 ? (size_t)n : 0;
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
    ssize_t n = read(s->fd, s->in, sizeof(s->in));
    if (n > 0) {
        s->in_pos = 0;
        s->in_len = (size_t)n;
        return 0;
    }
    // After a hang-up, read returns 0; on a quiet line it fails with EAGAIN.
    return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : gone(s, f);
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
    free(self(t)->path);
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
        s->path = strdup(path);
    }
    if (!s || !s->path) {
        free(s);
        return NULL;
    }
    s->baud = baud;
    s->fd = -1;
    s->is_raw = raw;
    s->head = (struct tn_transport){.ops = &ops,
            .name = s->path,
            .max_packet = PACKET_MAX,
            .overhead = raw ? 0 : TN_CONSOLE_OVERHEAD,
            .safe_packet = SAFE_PACKET,
            .piece = raw ? 0 : PIECE,
            .kib_ms = kib_ms(raw ? BARE_KIB_BITS : LINES_KIB_BITS, baud),
            .quiet_ms = raw ? BARE_QUIET_MS : 0,
            .is_unchecked = raw};
    return &s->head;
}

void tn_serial_ports(char *ret, size_t size) {
    struct sp_port **ports;
    size_t n = 0;

    ret[0] = 0;
    if (sp_list_ports(&ports) != SP_OK) {
        return;
    }
    for (size_t i = 0; ports[i] && n < size; i++) {
        n += (size_t)snprintf(ret + n, size - n, "%s%s", n ? ", " : "", sp_get_port_name(ports[i]));
    }
    sp_free_port_list(ports);
}

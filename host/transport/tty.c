// SPDX-License-Identifier: Apache-2.0
// Opens serial lines, by libserialport if it supports the port.
//
// libserialport 0.1.1 refuses a port without its own entry in /sys/class/tty. Pseudo terminals have
// none (measured: sp_get_port_by_name("/dev/pts/0") fails with ENOENT), and emulators and simulated
// devices use them. This file opens them with termios. libserialport
// also refuses symbolic links, so links (/dev/serial/by-id) are resolved first.
//
// Only one tool may use a port. TIOCEXCL makes the kernel refuse other opens, except root's. But on
// a pseudo terminal whose other end stays open it remains after this process is killed. So this
// file sets TIOCEXCL only on real ports, and takes a flock on all ports. Other tenon processes
// check the flock (and so does pyserial with exclusive=True).
#include "host/transport/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <libserialport.h>

#include "host/base/process.h"
#include "host/transport/share.h"
#include "host/transport/transport.h"

// Names what the path is, if it is not a port.
static const char *kind_of(const char *path) {
    struct stat st;

    if (stat(path, &st) != 0) {
        return "something else";
    }
    return S_ISDIR(st.st_mode) ? "a folder" : S_ISREG(st.st_mode) ? "a file" : "another device";
}

// Names the program, if the user may see it.
static int busy(const struct tn_tty *t, struct tn_fault *f) {
    char real[PATH_MAX];
    char name[64];
    char pid[16];

    if (realpath(t->path, real) && tn_process_at_port("", real, name, sizeof(name), pid)) {
        return tn_fail(f, TN_FAULT_BUSY,
                "%s: busy: another program is using this port: %s (process %s); close it and try "
                "again",
                t->path, name, pid);
    }
    return tn_fail(f, TN_FAULT_BUSY,
            "%s: busy: another program is using this port; close it and try again", t->path);
}

// Each reason has its own next step. Beginners most often lack the permission.
static int open_error(const struct tn_tty *t, int error, struct tn_fault *f) {
    switch (error) {
    case EBUSY:
    case EWOULDBLOCK:
        return busy(t, f);
    case EACCES:
    case EPERM:
        return tn_fail(f, TN_FAULT_NO_DEVICE,
                "%s: no permission to open this port; join its group (on Debian: sudo adduser "
                "$USER dialout, then log in again)",
                t->path);
    case ENOENT:
    case ENXIO:
    case ENODEV:
        return tn_fail(f, TN_FAULT_NO_DEVICE,
                "%s: no such port; is the device plugged in and the path right?", t->path);
    case ENOTTY:
    case EINVAL:
    case EISDIR:
        return tn_fail(f, TN_FAULT_USAGE,
                "%s: not a serial port but %s; give the device's port, such as /dev/ttyACM0",
                t->path, kind_of(t->path));
    default:
        return tn_fail(f, TN_FAULT_NO_DEVICE,
                "%s: cannot be used as a serial port: %s; plug the device in again, or give "
                "another port",
                t->path, strerror(error));
    }
}

// Opens by libserialport. Returns 0 or an errno; ENOTSUP if libserialport does not support the
// port.
static int open_by_library(struct tn_tty *t, const char *real) {
    if (sp_get_port_by_name(real, &t->port) != SP_OK) {
        t->port = NULL;
        return ENOTSUP;
    }
    errno = 0;
    bool ok = sp_open(t->port, SP_MODE_READ_WRITE) == SP_OK;
    int error = errno ? errno : EIO;
    ok = ok && sp_set_baudrate(t->port, (int)t->baud) == SP_OK &&
            sp_set_bits(t->port, 8) == SP_OK && sp_set_parity(t->port, SP_PARITY_NONE) == SP_OK &&
            sp_set_stopbits(t->port, 1) == SP_OK &&
            sp_set_flowcontrol(t->port, SP_FLOWCONTROL_NONE) == SP_OK &&
            sp_get_port_handle(t->port, &t->fd) == SP_OK;
    if (!ok) {
        sp_free_port(t->port);
        t->port = NULL;
        t->fd = -1;
        return error;
    }
    return 0;
}

// Raw bytes: no echo, no signals, no newline conversion. A pseudo terminal gets the speed, too: a
// simulated device may look at it. Speeds that termios does not name need the library.
static int set_raw(int fd, uint32_t baud) {
    struct termios t;

    if (tcgetattr(fd, &t)) {
        return errno;
    }
    cfmakeraw(&t);
    t.c_cflag |= CLOCAL | CREAD;
    t.c_cflag &= ~(tcflag_t)HUPCL;  // closing must not reset boards that listen to DTR
    if (baud) {
        cfsetspeed(&t, baud);
    }
    return tcsetattr(fd, TCSANOW, &t) ? errno : 0;
}

static int open_by_termios(struct tn_tty *t, const char *real) {
    t->fd = open(real, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    return t->fd < 0 ? errno : 0;
}

void tn_tty_close(struct tn_tty *t) {
    if (t->port) {
        ioctl(t->fd, TIOCNXCL);
        sp_close(t->port);
        sp_free_port(t->port);
        t->port = NULL;
    } else if (t->fd >= 0) {
        close(t->fd);
    }
    t->fd = -1;
    t->is_open = t->is_shared = false;
}

// Opens, locks and configures the port. Returns 0 or an errno.
static int open_all(struct tn_tty *t) {
    char real[PATH_MAX];

    if (!realpath(t->path, real)) {
        return errno;
    }
    int error = open_by_library(t, real);
    if (error == ENOTSUP) {
        error = open_by_termios(t, real);
    }
    if (!error && flock(t->fd, LOCK_EX | LOCK_NB)) {
        error = errno;
    }
    if (!error && t->port && ioctl(t->fd, TIOCEXCL)) {
        error = errno;
    }
    return error ? error : set_raw(t->fd, t->port ? 0 : t->baud);
}

int tn_tty_wakes(const struct tn_tty *t, bool writes) {
    (void)writes;
    return t->fd;
}

// After a hang-up, read returns 0; on a quiet line it fails with EAGAIN.
int tn_tty_read(struct tn_tty *t, void *ret, size_t size) {
    ssize_t n = read(t->fd, ret, size);

    return n > 0 ? (int)n : n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

int tn_tty_write(struct tn_tty *t, const void *bytes, size_t len) {
    ssize_t n = write(t->fd, bytes, len);

    return n >= 0 ? (int)n : errno == EAGAIN || errno == EINTR ? 0 : -1;
}

int tn_tty_open(struct tn_tty *t, bool may_share, struct tn_fault *f) {
    int error = open_all(t);
    bool is_busy = error == EBUSY || error == EWOULDBLOCK;

    if (error) {
        tn_tty_close(t);
    }
    int fd = is_busy && may_share ? tn_share_connect(t->path) : -1;
    if (fd == TN_SHARE_TAKEN) {
        return tn_fail(f, TN_FAULT_BUSY,
                "%s: busy: a console shows this port, and another command works through it; wait "
                "for that one, and try again",
                t->path);
    }
    if (fd >= 0) {
        t->fd = fd;
        t->is_open = t->is_shared = true;
        return 0;
    }
    if (error) {
        return open_error(t, error, f);
    }
    t->is_open = true;
    tcflush(t->fd, TCIOFLUSH);  // bytes that came earlier do not answer our requests
    return 0;
}

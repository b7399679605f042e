// SPDX-License-Identifier: Apache-2.0
// After it connects, a client waits for one byte: whether it is served, or another one is.
#define _GNU_SOURCE  // SO_PEERCRED, accept4
#include "host/transport/share.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    GREETING_MS = 2000,
    SERVED = 'y',
    TAKEN = 'n',
};

// ---- Paths -----------------------------------------------------------------------------

// A folder of this user's that nobody else can enter.
static bool is_private(const char *folder) {
    struct stat st;

    return lstat(folder, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
            (st.st_mode & 077) == 0;
}

// Makes the folder if needed. Returns false with errno.
static bool folder_path(char *ret, size_t size) {
    const char *run = getenv("XDG_RUNTIME_DIR");
    int n = run && *run == '/' ? snprintf(ret, size, "%s/tenon", run)
                               : snprintf(ret, size, "/tmp/tenon-%u", (unsigned)geteuid());

    if (n < 0 || (size_t)n >= size) {
        errno = ENAMETOOLONG;
        return false;
    }
    if (mkdir(ret, 0700) && errno != EEXIST) {
        return false;
    }
    errno = EPERM;
    return is_private(ret);
}

static bool socket_path(const char *port, char *ret, size_t size) {
    char folder[100];
    struct stat st;

    if (stat(port, &st) || !folder_path(folder, sizeof(folder))) {
        return false;
    }
    int n = snprintf(ret, size, "%s/%u-%u", folder, major(st.st_rdev), minor(st.st_rdev));
    return n > 0 && (size_t)n < size;
}

static bool is_own_user(int fd) {
    struct ucred peer;
    socklen_t len = sizeof(peer);

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 && peer.uid == geteuid();
}

static int make_socket(void) {
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

// ---- Serving ---------------------------------------------------------------------------

static int bind_to(int fd, const struct sockaddr_un *a) {
    mode_t before = umask(0177);
    int err = bind(fd, (const struct sockaddr *)a, sizeof(*a));

    umask(before);
    return err;
}

// Is a program listening there? If not, it has died and left its socket.
static bool is_alive(const struct sockaddr_un *a) {
    int fd = make_socket();
    bool alive = fd >= 0 && connect(fd, (const struct sockaddr *)a, sizeof(*a)) == 0;

    if (fd >= 0) {
        close(fd);
    }
    return alive;
}

static int cannot(const char *path, int fd, struct tn_fault *f) {
    int error = errno;

    if (fd >= 0) {
        close(fd);
    }
    if (error == EADDRINUSE) {
        return tn_fail(f, TN_FAULT_BUSY, "%s: another console serves this port", path);
    }
    return tn_fail(f, TN_FAULT_WRITE,
            "%s: no socket for other commands can be made there: %s; is its folder yours alone "
            "(mode 0700)?",
            path, strerror(error));
}

int tn_share_listen(const char *port, char *ret_path, unsigned size, struct tn_fault *f) {
    struct sockaddr_un a = {.sun_family = AF_UNIX};

    ret_path[0] = 0;
    if (!socket_path(port, a.sun_path, sizeof(a.sun_path))) {
        return cannot(*a.sun_path ? a.sun_path : "$XDG_RUNTIME_DIR/tenon", -1, f);
    }
    int fd = make_socket();
    int err = fd < 0 ? -1 : bind_to(fd, &a);
    if (fd >= 0 && err && errno == EADDRINUSE && !is_alive(&a)) {
        unlink(a.sun_path);
        err = bind_to(fd, &a);
    }
    if (err || listen(fd, 4)) {
        return cannot(a.sun_path, fd, f);
    }
    snprintf(ret_path, size, "%s", a.sun_path);
    return fd;
}

void tn_share_unlisten(int listener, const char *path) {
    unlink(path);
    close(listener);
}

int tn_share_accept(int listener, bool takes) {
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    char greeting = takes ? SERVED : TAKEN;

    if (fd < 0) {
        return -1;
    }
    if (is_own_user(fd) && write(fd, &greeting, 1) == 1 && takes) {
        return fd;
    }
    close(fd);
    return -1;
}

// ---- Using -----------------------------------------------------------------------------

// Waits for the greeting. Returns fd, or what tn_share_connect returns instead.
static int greet(int fd) {
    struct pollfd p = {.fd = fd, .events = POLLIN};
    char greeting = 0;

    if (poll(&p, 1, GREETING_MS) == 1 && read(fd, &greeting, 1) == 1 && greeting == SERVED) {
        return fd;
    }
    close(fd);
    return greeting == TAKEN ? TN_SHARE_TAKEN : -1;
}

int tn_share_connect(const char *port) {
    struct sockaddr_un a = {.sun_family = AF_UNIX};

    if (!socket_path(port, a.sun_path, sizeof(a.sun_path))) {
        return -1;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return -1;
    }
    if (connect(fd, (const struct sockaddr *)&a, sizeof(a)) || !is_own_user(fd)) {
        close(fd);
        return -1;
    }
    return greet(fd);
}

static int moved(ssize_t n) {
    return n > 0 ? (int)n : n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

int tn_share_read(int fd, void *ret, unsigned size) {
    return moved(read(fd, ret, size));
}

int tn_share_write(int fd, const void *bytes, unsigned len) {
    return moved(write(fd, bytes, len));
}

void tn_share_close(int fd) {
    close(fd);
}

// ---- Reserving -------------------------------------------------------------------------

int tn_share_lock(const char *name) {
    char folder[100];
    char path[200];

    if (!folder_path(folder, sizeof(folder)) || strchr(name, '/') ||
            snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path)) {
        return -1;
    }
    // The file stays: a lock on a file that another program unlinks would be no lock.
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB)) {
        int error = errno;
        close(fd);
        return error == EWOULDBLOCK ? TN_SHARE_TAKEN : -1;
    }
    return fd;
}

void tn_share_unlock(int lock) {
    close(lock);
}

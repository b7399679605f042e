// SPDX-License-Identifier: Apache-2.0
#include "keys.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

static struct termios before;
static bool is_changed;

// The terminal still makes line ends of newlines.
bool keys_begin(void) {
    struct termios t;

    is_changed = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &before) == 0;
    if (is_changed) {
        t = before;
        t.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
        t.c_iflag &= ~(tcflag_t)(ICRNL | IXON);
        tcsetattr(STDIN_FILENO, TCSANOW, &t);
    }
    return is_changed;
}

void keys_end(void) {
    if (is_changed) {
        tcsetattr(STDIN_FILENO, TCSANOW, &before);
    }
    is_changed = false;
}

int keys_read(uint8_t *ret, unsigned size) {
    return (int)read(STDIN_FILENO, ret, size);
}

// The line's bytes up to its end. Reads byte by byte: what follows belongs to others.
static int read_line(int fd, char *ret, unsigned size) {
    unsigned n = 0;
    ssize_t got;
    char c;

    while ((got = read(fd, &c, 1)) == 1 && c != '\n') {
        if (n + 1 >= size) {
            return -1;
        }
        ret[n++] = c;
    }
    ret[n] = '\0';
    return got < 0 || (got == 0 && n == 0) ? -1 : (int)n;
}

// What was typed ahead is dropped (TCSAFLUSH). Signals stay on: Ctrl-C ends the program, and the
// shell puts the terminal back in order.
int keys_secret(const char *prompt, char *ret, unsigned size) {
    struct termios shown, hidden;
    int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

    if (fd < 0 || tcgetattr(fd, &shown)) {
        if (fd >= 0) {
            close(fd);
        }
        return -1;
    }
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
    hidden.c_lflag |= ICANON;
    tcsetattr(fd, TCSAFLUSH, &hidden);
    int n = dprintf(fd, "%s: ", prompt) < 0 ? -1 : read_line(fd, ret, size);
    tcsetattr(fd, TCSAFLUSH, &shown);
    dprintf(fd, "\n");
    close(fd);
    return n;
}

unsigned keys_wait(const struct keys_wait *w, unsigned ms) {
    enum { TTY, KEYS, LISTENER, CLIENT, FDS };
    struct pollfd p[FDS] = {
            [TTY] = {.fd = w->tty->is_open ? w->tty->fd : -1,
                    .events = (short)(POLLIN | (w->wants_write ? POLLOUT : 0))},
            [KEYS] = {.fd = w->wants_keys ? STDIN_FILENO : -1, .events = POLLIN},
            [LISTENER] = {.fd = w->listener, .events = POLLIN},
            [CLIENT] = {.fd = w->client, .events = POLLIN},
    };

    if (poll(p, FDS, (int)ms) < 0) {
        return 0;  // a signal
    }
    return (p[TTY].revents & (short)~POLLOUT ? KEYS_TTY_READ : 0u) |
            (p[TTY].revents & POLLOUT ? KEYS_TTY_WRITE : 0u) | (p[KEYS].revents ? KEYS_TYPED : 0u) |
            (p[LISTENER].revents ? KEYS_LISTENER : 0u) | (p[CLIENT].revents ? KEYS_CLIENT : 0u);
}

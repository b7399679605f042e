// SPDX-License-Identifier: Apache-2.0
#include "keys.h"

#include <poll.h>
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

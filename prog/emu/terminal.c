// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

// Without the echo of a terminal, which would send the device its own text.
static void make_raw(int terminal) {
    struct termios t;

    if (!tcgetattr(terminal, &t)) {
        cfmakeraw(&t);
        tcsetattr(terminal, TCSANOW, &t);
    }
}

static int failed(const char *what) {
    fprintf(stderr, "tenon-emu: %s: %s\n", what, strerror(errno));
    return -1;
}

int terminal_open(struct terminal *t, const char *link, const char *log) {
    int slave;
    char name[64];

    *t = (struct terminal){.log = -1};
    if (openpty(&t->master, &slave, name, NULL, NULL)) {
        return failed("no terminal");
    }
    close(slave);  // from now on the master reports a hang-up while no program has the slave open
    fcntl(t->master, F_SETFL, O_NONBLOCK);
    fcntl(t->master, F_SETFD, FD_CLOEXEC);
    make_raw(t->master);
    if (log && (t->log = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) < 0) {
        return failed(log);
    }
    unlink(link);
    return symlink(name, link) ? failed(link) : 0;
}

void terminal_give(struct terminal *t, uint8_t byte) {
    if (t->n == TERMINAL_ROOM) {
        terminal_flush(t);
    }
    if (t->n < TERMINAL_ROOM) {
        t->out[t->n++] = byte;
    }
}

// Checks if a program has the terminal open. Makes it raw again after a program closes it.
static void look(struct terminal *t) {
    struct pollfd p = {.fd = t->master};

    poll(&p, 1, 0);
    t->open = !(p.revents & POLLHUP);
    if (!t->open) {
        make_raw(t->master);
    }
}

void terminal_flush(struct terminal *t) {
    look(t);
    if (!t->n) {
        return;
    }
    ssize_t put = t->log >= 0 ? write(t->log, t->out, t->n) : 0;
    if (t->open) {
        put = write(t->master, t->out, t->n);
    }
    (void)put;
    t->n = 0;
}

size_t terminal_take(struct terminal *t, uint8_t *buf, size_t size) {
    ssize_t got = read(t->master, buf, size);

    return got > 0 ? (size_t)got : 0;
}

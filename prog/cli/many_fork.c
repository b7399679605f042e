// SPDX-License-Identifier: Apache-2.0
// A process per device by fork: the child goes on where the parent stands.
#define _GNU_SOURCE  // pipe2
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "many_priv.h"

static volatile sig_atomic_t interrupted;

static void on_signal(int number) {
    (void)number;
    interrupted = 1;
}

static void drain(struct many *m, struct job *j, struct stream *s) {
    char bytes[4096];
    ssize_t n = read(s->fd, bytes, sizeof(bytes));

    if (n > 0) {
        many_take(m, j, s, bytes, (size_t)n);
    } else if (n == 0 || errno != EINTR) {
        if (s->len) {
            many_end_line(m, j, s);
        }
        close(s->fd);
        s->fd = -1;
    }
}

// ---- Processes -------------------------------------------------------------------------

// The process group is its own: Ctrl-C reaches the parent, which passes it on once.
static void run_child(struct many *m, struct job *j, int out, int err) {
    int null = open("/dev/null", O_RDONLY);

    prctl(PR_SET_PDEATHSIG, SIGTERM);
    setpgid(0, 0);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
            dup2(err, STDERR_FILENO) < 0) {
        _exit(1);
    }
    m->cli->progress_step = m->has_block ? 1 : 0;
    int code = run_on_port(m->cli, j->port);
    fflush(NULL);
    _exit(code);
}

static int start(struct many *m, struct job *j) {
    int out[2];
    int err[2];

    if (pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC)) {
        return tn_fail(&m->cli->fault, TN_FAULT_INTERNAL, "%s: cannot start its process: %s",
                j->port, strerror(errno));
    }
    fflush(NULL);  // the child must not print what is buffered here
    j->pid = fork();
    if (j->pid == 0) {
        run_child(m, j, out[1], err[1]);
    }
    close(out[1]);
    close(err[1]);
    j->out.fd = out[0];
    j->err.fd = err[0];
    m->started++;
    m->running++;
    return j->pid > 0 ? 0
                      : tn_fail(&m->cli->fault, TN_FAULT_INTERNAL,
                                "%s: cannot start its process: %s", j->port, strerror(errno));
}

// A process is over when both of its streams are closed.
static void reap(struct many *m, struct job *j) {
    int status = 0;

    if (j->is_done || !j->pid || j->out.fd >= 0 || j->err.fd >= 0) {
        return;
    }
    while (waitpid((pid_t)j->pid, &status, 0) < 0 && errno == EINTR) {
    }
    j->code = WIFEXITED(status) ? WEXITSTATUS(status)
            : WTERMSIG(status) == SIGINT || WTERMSIG(status) == SIGTERM
            ? exit_code(TN_FAULT_INTERRUPTED)
            : exit_code(TN_FAULT_INTERNAL);
    j->is_done = true;
    m->running--;
    free(j->out.text);
    free(j->err.text);
    j->out.text = j->err.text = NULL;
}

// Passes the user's Ctrl-C on. Processes that have not started yet never start.
static void pass_on(struct many *m) {
    for (size_t i = 0; i < m->n; i++) {
        struct job *j = &m->jobs[i];
        if (i >= m->started) {
            j->is_done = true;
            j->code = exit_code(TN_FAULT_INTERRUPTED);
        } else if (!j->is_done) {
            kill((pid_t)j->pid, SIGINT);
        }
    }
    m->started = m->n;
}

// Waits for output of any process, and handles it.
static void turn(struct many *m) {
    struct pollfd fds[2 * MANY_AT_ONCE];
    struct stream *streams[2 * MANY_AT_ONCE];
    struct job *jobs[2 * MANY_AT_ONCE];
    nfds_t n = 0;

    for (size_t i = 0; i < m->started; i++) {
        struct stream *both[] = {&m->jobs[i].out, &m->jobs[i].err};
        for (int k = 0; k < 2 && m->jobs[i].pid; k++) {
            if (both[k]->fd >= 0) {
                fds[n] = (struct pollfd){.fd = both[k]->fd, .events = POLLIN};
                streams[n] = both[k];
                jobs[n++] = &m->jobs[i];
            }
        }
    }
    if (poll(fds, n, -1) < 0) {
        return;  // a signal
    }
    for (nfds_t i = 0; i < n; i++) {
        if (fds[i].revents) {
            drain(m, jobs[i], streams[i]);
            reap(m, jobs[i]);
        }
    }
    many_draw(m);
}

int many_processes(struct many *m) {
    struct sigaction act = {.sa_handler = on_signal};
    bool passed_on = false;

    sigaction(SIGINT, &act, NULL);
    sigaction(SIGTERM, &act, NULL);
    while (m->started < m->n || m->running) {
        while (m->started < m->n && m->running < MANY_AT_ONCE) {
            if (start(m, &m->jobs[m->started])) {
                interrupted = 1;
                break;
            }
        }
        if (interrupted && !passed_on) {
            pass_on(m);
            passed_on = true;
        }
        if (m->running) {
            turn(m);
        }
    }
    return m->cli->fault.kind == TN_FAULT_NONE ? 0 : -1;
}

// SPDX-License-Identifier: Apache-2.0
// Each device gets a process, so that a slow one delays no other, and the code of a command knows
// one device only. The parent reads the children's output line by line. It never mixes two lines.
//
// On a terminal every device has one line, which shows the newest text of its process. Results,
// warnings and errors scroll above these lines.
#define _GNU_SOURCE  // pipe2
#include "many.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "profile.h"

enum {
    LINE_FIRST = 256,
    LINE_MOST = 1 << 20,  // a longer line is printed in pieces
    SHOWN = 160,          // of a device's newest text
};

// The unfinished line of one stream.
struct stream {
    int fd;  // -1: closed
    char *text;
    size_t len, size;
};

struct job {
    const char *port;
    pid_t pid;  // 0: not started
    struct stream out, err;
    bool is_done;
    int code;
    char newest[SHOWN];
};

struct many {
    struct cli *cli;
    struct job *jobs;
    size_t n, started, running;
    bool has_block;  // a line per device on the terminal
    size_t drawn;    // lines of the block that are on the screen
};

static volatile sig_atomic_t interrupted;

static void on_signal(int number) {
    (void)number;
    interrupted = 1;
}

// ---- The terminal's lines --------------------------------------------------------------

static void block_clear(struct many *m) {
    if (m->drawn) {
        fprintf(stderr, "\x1b[%zuA\x1b[J", m->drawn);
        m->drawn = 0;
    }
}

static void block_draw(struct many *m) {
    int width = (int)terminal_width() - 1;

    if (!m->has_block) {
        return;
    }
    block_clear(m);
    for (size_t i = 0; i < m->started; i++) {
        char line[SHOWN + 80];
        snprintf(line, sizeof(line), "%s: %s", m->jobs[i].port, m->jobs[i].newest);
        fprintf(stderr, "%.*s\n", width, line);
    }
    m->drawn = m->started;
}

static bool fits_terminal(size_t n) {
    struct winsize w = {0};

    return isatty(STDERR_FILENO) && ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && n + 2 < w.ws_row;
}

// ---- Lines of the children -------------------------------------------------------------

static bool stays(const char *line) {
    return strstr(line, "warning:") || strstr(line, "error:");
}

static void on_line(struct many *m, struct job *j, bool is_result, const char *line) {
    bool is_object = is_result && m->cli->json;

    if (!is_object) {  // without the colours, which a cut could leave on
        tn_text_copy(j->newest, sizeof(j->newest),
                (struct tn_span){(const uint8_t *)line, strlen(line)});
    }
    if (m->has_block && !is_result && !stays(line)) {
        return;
    }
    block_clear(m);
    fprintf(is_result ? stdout : stderr, "%s%s%s\n", is_object ? "" : j->port,
            is_object ? "" : ": ", line);
    fflush(stdout);
}

// Makes room for at least one more byte and the end of the text. Returns false if the line must be
// printed as it is.
static bool grow(struct stream *s) {
    size_t size = s->size ? 2 * s->size : LINE_FIRST;
    char *text = s->len + 2 <= s->size ? s->text
            : size <= LINE_MOST        ? realloc(s->text, size)
                                       : NULL;

    if (!text) {
        return false;
    }
    s->size = s->len + 2 <= s->size ? s->size : size;
    s->text = text;
    return true;
}

static void end_line(struct many *m, struct job *j, struct stream *s) {
    if (s->text) {
        s->text[s->len] = 0;
        on_line(m, j, s == &j->out, s->text);
    }
    s->len = 0;
}

static void take(struct many *m, struct job *j, struct stream *s, const char *p, size_t n) {
    for (; n; p++, n--) {
        if (*p == '\n' || !grow(s)) {
            end_line(m, j, s);
        }
        if (*p != '\n' && grow(s)) {
            s->text[s->len++] = *p;
        }
    }
}

static void drain(struct many *m, struct job *j, struct stream *s) {
    char bytes[4096];
    ssize_t n = read(s->fd, bytes, sizeof(bytes));

    if (n > 0) {
        take(m, j, s, bytes, (size_t)n);
    } else if (n == 0 || errno != EINTR) {
        if (s->len) {
            end_line(m, j, s);
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
    while (waitpid(j->pid, &status, 0) < 0 && errno == EINTR) {
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
            kill(j->pid, SIGINT);
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
    block_draw(m);
}

static int run_all(struct many *m) {
    bool passed_on = false;

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

// ---- The summary -----------------------------------------------------------------------

static int summary(const struct many *m) {
    json_t *list = json_array();
    size_t done = 0;
    int worst = 0;
    char failed[400] = "";

    for (size_t i = 0; i < m->n; i++) {
        const struct job *j = &m->jobs[i];
        size_t at = strlen(failed);
        json_array_append_new(list, json_pack("{sssi}", "port", j->port, "exit_code", j->code));
        if (j->code == 0) {
            done++;
        } else {
            snprintf(failed + at, sizeof(failed) - at, "%s%s (%s)", at ? ", " : ": ", j->port,
                    exit_name_of(j->code));
        }
        worst = j->code > worst ? j->code : worst;
    }
    say(m->cli, "%zu device%s: %zu done, %zu failed%s", m->n, m->n == 1 ? "" : "s", done,
            m->n - done, failed);
    emit(m->cli, "summary",
            json_pack("{sIsIsIsiso}", "devices", (json_int_t)m->n, "done", (json_int_t)done,
                    "failed", (json_int_t)(m->n - done), "exit_code", worst, "results", list));
    return worst;
}

// Where a port leads: the terminal behind its links and its profile. ret has room for PATH_MAX.
static void target_of(const struct profiles *p, const char *port, char *ret) {
    const struct profile *named = is_profile_name(port) ? profile_find(p, port) : NULL;
    char path[PATH_MAX];

    port = named && named->value[OPT_PORT] ? named->value[OPT_PORT] : port;
    port = strncmp(port, "serial:", 7) == 0 ? port + 7 : port;
    snprintf(path, sizeof(path), "%.*s", (int)strcspn(port, "@"), port);
    if (!realpath(path, ret)) {
        snprintf(ret, PATH_MAX, "%s", port);
    }
}

bool is_port_twice(struct cli *cli, const char *const *ports, size_t n) {
    struct profiles p;
    struct tn_fault ignored;
    char a[PATH_MAX];
    char b[PATH_MAX];
    bool twice = false;

    if (n < 2 || profiles_read(&p, &ignored)) {
        return false;  // the command itself reports a broken file
    }
    for (size_t i = 0; i < n && !twice; i++) {
        target_of(&p, ports[i], a);
        for (size_t k = 0; k < i && !twice; k++) {
            target_of(&p, ports[k], b);
            twice = strcmp(a, b) == 0;
            if (twice) {
                tn_fail(&cli->fault, TN_FAULT_USAGE, "%s and %s are the same port; give it once",
                        ports[k], ports[i]);
            }
        }
    }
    profiles_free(&p);
    return twice;
}

int many_run(struct cli *cli, const char *const *ports, size_t n) {
    struct sigaction act = {.sa_handler = on_signal};
    struct many m = {.cli = cli, .n = n, .jobs = calloc(n, sizeof(*m.jobs))};

    if (!m.jobs) {
        tn_fail_memory(&cli->fault);
        return cli_end(cli, -1);
    }
    for (size_t i = 0; i < n; i++) {
        m.jobs[i] = (struct job){.port = ports[i], .out = {.fd = -1}, .err = {.fd = -1}};
    }
    cli->several = true;
    m.has_block = !cli->quiet && !cli->json && fits_terminal(n);
    sigaction(SIGINT, &act, NULL);
    sigaction(SIGTERM, &act, NULL);
    int err = run_all(&m);
    block_clear(&m);
    cli->port = NULL;
    int worst = summary(&m);
    free(m.jobs);
    int own = cli_end(cli, err);
    return own > worst ? own : worst;
}
